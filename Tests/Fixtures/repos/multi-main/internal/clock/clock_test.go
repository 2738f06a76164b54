package clock

import "testing"

func TestFormat(t *testing.T) {
	if got := Format(3725); got != "1:02:05" {
		t.Errorf("Format(3725) = %s", got)
	}
}
