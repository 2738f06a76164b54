package rhyme

import "testing"

func TestCouplet(t *testing.T) {
	if got := Couplet("owl", "vowel"); got != "There was an owl,\nwho had a vowel." {
		t.Errorf("Couplet = %q", got)
	}
}
