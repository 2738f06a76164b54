package wordlist

import (
	"slices"
	"testing"
)

func TestGreet(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "Hello, Ada!",
		"es": "¡Hola, Ada!",
		"ja": "こんにちは、Adaさん！",
	} {
		if got, ok := Greet(tag, "Ada"); got != want || !ok {
			t.Errorf("Greet(%s) = %q, %v, want %q", tag, got, ok, want)
		}
	}
	if got, ok := Greet("xx", "Ada"); got != "" || ok {
		t.Errorf("Greet(xx) = %q, %v, want none", got, ok)
	}
}

func TestSalutation(t *testing.T) {
	if word, ok := Salutation("de"); word != "Hallo" || !ok {
		t.Errorf("Salutation(de) = %q, %v", word, ok)
	}
}

func TestTagsAreDistinct(t *testing.T) {
	tags := Tags()
	slices.Sort(tags)
	if len(tags) != 6 || len(slices.Compact(tags)) != 6 {
		t.Errorf("tags = %v, want six distinct ones", tags)
	}
}
