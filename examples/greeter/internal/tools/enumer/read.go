package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// enum is one type with its constants, in the order of their declaration.
type enum struct {
	Package string
	Type    string
	Members []member
}

type member struct {
	Name  string
	Text  string
	Value int64
}

// read finds the constants of the named type in the package in dir. Its own output of an earlier run
// is left out, so that a stale one does no harm.
func read(dir, name string) (enum, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return enum{}, err
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_enumer.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return enum{}, err
		}
		file, err := parser.ParseFile(set, path, source, parser.ParseComments)
		if err != nil {
			return enum{}, err
		}
		files = append(files, file)
	}
	if len(files) == 0 {
		return enum{}, fmt.Errorf("no Go file in %s", dir)
	}

	// The type checker counts iota for us. What the package imports, and what the output that was
	// left out declares, does not change a constant, so errors about them are passed over.
	defs := map[*ast.Ident]types.Object{}
	config := types.Config{Error: func(error) {}}
	checked, _ := config.Check(dir, set, files, &types.Info{Defs: defs})

	e := enum{Package: files[0].Name.Name, Type: name}
	if checked.Scope().Lookup(name) == nil {
		return enum{}, fmt.Errorf("package %s declares no type %s", e.Package, name)
	}
	for _, file := range files {
		for _, declaration := range file.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				e.Members = append(e.Members, members(spec.(*ast.ValueSpec), defs, checked.Scope().Lookup(name))...)
			}
		}
	}
	if len(e.Members) == 0 {
		return enum{}, fmt.Errorf("type %s has no integer constant", name)
	}
	return e, unambiguous(e)
}

// members returns the constants of one line that are of the wanted type.
func members(spec *ast.ValueSpec, defs map[*ast.Ident]types.Object, wanted types.Object) []member {
	var found []member
	for _, ident := range spec.Names {
		c, ok := defs[ident].(*types.Const)
		if !ok || ident.Name == "_" || !types.Identical(c.Type(), wanted.Type()) {
			continue
		}
		value, exact := constant.Int64Val(constant.ToInt(c.Val()))
		if !exact {
			continue
		}
		text := ident.Name
		if comment := strings.TrimSpace(spec.Comment.Text()); comment != "" {
			text = comment
		}
		found = append(found, member{ident.Name, text, value})
	}
	return found
}

// unambiguous returns an error when two constants have one text or one value.
func unambiguous(e enum) error {
	texts, values := map[string]string{}, map[int64]string{}
	for _, m := range e.Members {
		if other, taken := texts[m.Text]; taken {
			return fmt.Errorf("%s and %s are both called %q", other, m.Name, m.Text)
		}
		if other, taken := values[m.Value]; taken {
			return fmt.Errorf("%s and %s are both %d", other, m.Name, m.Value)
		}
		texts[m.Text], values[m.Value] = m.Name, m.Name
	}
	return nil
}
