// Package server answers the greeter's HTTP requests.
package server

import (
	_ "embed"
	"html/template"
	"io"
	"net/http"

	"example.com/greeter/internal/greeting"
	"example.com/greeter/internal/lang"
)

//go:embed index.html
var indexHTML string

var index = template.Must(template.New("index").Parse(indexHTML))

// New returns the greeter's handler:
//
//	GET /                      a form
//	GET /hello?name=..&lang=.. a greeting as plain text; 400 for a bad name or language
//	GET /healthz               the version, once requests are answered
func New(version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		index.Execute(w, map[string]any{
			"Version": version,
			"MaxName": greeting.MaxName,
			"Langs":   lang.LangValues(),
		})
	})
	mux.HandleFunc("GET /hello", hello)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		text(w, "ok "+version)
	})
	return mux
}

func hello(w http.ResponseWriter, r *http.Request) {
	l := lang.English
	if tag := r.FormValue("lang"); tag != "" {
		parsed, err := lang.ParseLang(tag)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		l = parsed
	}
	greeted, err := greeting.For(r.FormValue("name"), l)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Language", l.String())
	text(w, greeted)
}

func text(w http.ResponseWriter, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, line+"\n")
}
