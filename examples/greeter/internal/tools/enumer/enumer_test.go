package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const colors = `package paint

type Color int

const (
	Red Color = iota + 1
	_
	Blue // dark blue
)

const Unrelated = 7
`

func pkg(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "paint.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestRead(t *testing.T) {
	e, err := read(pkg(t, colors), "Color")
	if err != nil {
		t.Fatal(err)
	}
	want := []member{{"Red", "Red", 1}, {"Blue", "dark blue", 3}}
	if e.Package != "paint" || len(e.Members) != 2 || e.Members[0] != want[0] || e.Members[1] != want[1] {
		t.Errorf("read = %+v, want %+v", e, want)
	}
}

func TestRunTwiceWritesTheSame(t *testing.T) {
	dir := pkg(t, colors)
	var outputs []string
	for range 2 {
		if err := run(dir, "Color"); err != nil {
			t.Fatal(err)
		}
		output, err := os.ReadFile(filepath.Join(dir, "color_enumer.go"))
		if err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, string(output))
	}
	if outputs[0] != outputs[1] {
		t.Errorf("first:\n%s\nsecond:\n%s", outputs[0], outputs[1])
	}
	if !strings.Contains(outputs[0], `case "dark blue":`) {
		t.Errorf("no case for dark blue:\n%s", outputs[0])
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ source, name, want string }{
		{colors, "Shade", "package paint declares no type Shade"},
		{"package paint\n\ntype Empty int\n", "Empty", "type Empty has no integer constant"},
		{"package paint\n\ntype T int\n\nconst (\n\tA T = 0 // x\n\tB T = 1 // x\n)\n", "T", `A and B are both called "x"`},
		{"package paint\n\ntype T int\n\nconst (\n\tA T = 1\n\tB T = 1\n)\n", "T", "A and B are both 1"},
	} {
		if _, err := read(pkg(t, c.source), c.name); err == nil || err.Error() != c.want {
			t.Errorf("read(%s): err = %v, want %s", c.name, err, c.want)
		}
	}
}
