package lang

import "testing"

func TestEveryLangParsesToItself(t *testing.T) {
	if len(LangValues()) != 6 {
		t.Errorf("LangValues() = %v, want six", LangValues())
	}
	for _, l := range LangValues() {
		if parsed, err := ParseLang(l.String()); parsed != l || err != nil {
			t.Errorf("ParseLang(%q) = %v, %v", l.String(), parsed, err)
		}
	}
}

func TestUnknownTextIsAnError(t *testing.T) {
	if _, err := ParseLang("English"); err == nil || err.Error() != `"English" is not a Lang` {
		t.Errorf("ParseLang(English): err = %v", err)
	}
}

func TestValueOutsideTheConstants(t *testing.T) {
	if text := Lang(-1).String(); text != "Lang(-1)" {
		t.Errorf("Lang(-1).String() = %q", text)
	}
	if text := Lang(99).String(); text != "Lang(99)" {
		t.Errorf("Lang(99).String() = %q", text)
	}
}
