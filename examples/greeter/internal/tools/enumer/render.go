package main

import (
	"bytes"
	_ "embed"
	"go/format"
	"text/template"
)

//go:embed enumer.go.tmpl
var layout string

var output = template.Must(template.New("enumer").Parse(layout))

// render returns the Go source for e, formatted as gofmt does.
func render(e enum) ([]byte, error) {
	var buffer bytes.Buffer
	if err := output.Execute(&buffer, e); err != nil {
		return nil, err
	}
	return format.Source(buffer.Bytes())
}
