package check

import (
	"testing"

	"example.com/banner"
)

func TestFrame(t *testing.T) {
	if got := banner.Frame("hé"); got != "+----+\n| hé |\n+----+\n" {
		t.Errorf("Frame:\n%s", got)
	}
}
