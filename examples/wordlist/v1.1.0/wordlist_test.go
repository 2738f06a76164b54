package wordlist

import "testing"

func TestSalutation(t *testing.T) {
	if word, ok := Salutation("de"); word != "Hallo" || !ok {
		t.Errorf("Salutation(de) = %q, %v", word, ok)
	}
	if word, ok := Salutation("xx"); word != "" || ok {
		t.Errorf("Salutation(xx) = %q, %v, want none", word, ok)
	}
}
