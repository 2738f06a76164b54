package greeting

import (
	"errors"
	"os"
	"strings"
	"testing"

	"example.com/greeter/internal/lang"
)

func TestGreetings(t *testing.T) {
	table, err := os.ReadFile("testdata/greetings.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(table)) {
		fields := strings.Split(line, "|")
		if len(fields) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		l, err := lang.ParseLang(strings.TrimSpace(fields[0]))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSpace(fields[2])
		if got, err := For(fields[1], l); got != want || err != nil {
			t.Errorf("For(%q, %v) = %q, %v, want %q", fields[1], l, got, err, want)
		}
	}
	if rows == 0 {
		t.Error("the table has no row")
	}
}

func TestEveryLangHasAGreeting(t *testing.T) {
	for _, l := range lang.LangValues() {
		if _, err := For("Ada", l); err != nil {
			t.Errorf("%v: %v", l, err)
		}
	}
	if _, err := For("Ada", lang.Lang(99)); err == nil {
		t.Error("a language outside the constants was greeted in")
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("ü", MaxName)
	for name, ok := range map[string]bool{
		long:        true,
		long + "n":  false,
		"Ada\x00":   false,
		"\xff\xfe":  false,
		"Ada\u202e": false,
		"O'Hara 3.": true,
	} {
		_, err := For(name, lang.English)
		if (err == nil) != ok || err != nil && !errors.Is(err, ErrName) {
			t.Errorf("For(%q): err = %v, want an error: %v", name, err, !ok)
		}
	}
}

func BenchmarkFor(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := For("Ada", lang.Japanese); err != nil {
			b.Fatal(err)
		}
	}
}
