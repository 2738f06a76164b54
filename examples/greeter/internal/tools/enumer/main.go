// Enumer writes the text form of an integer type's constants: String, ParseT and TValues.
//
// A constant is called what the comment at the end of its line says, or else its own name. The tool
// is run by `go generate` in the folder of the package that declares the type:
//
//	//go:generate go tool enumer -type Lang
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	name := flag.String("type", "", "`name` of the integer type")
	flag.Parse()
	if *name == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(".", *name); err != nil {
		fmt.Fprintln(os.Stderr, "enumer:", err)
		os.Exit(1)
	}
}

// run reads the package in dir and writes lower(name)_enumer.go beside it.
func run(dir, name string) error {
	e, err := read(dir, name)
	if err != nil {
		return err
	}
	source, err := render(e)
	if err != nil {
		return err
	}
	return os.WriteFile(fmt.Sprintf("%s/%s_enumer.go", dir, strings.ToLower(name)), source, 0o644)
}
