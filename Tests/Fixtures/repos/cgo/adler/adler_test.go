package adler

import (
	"hash/adler32"
	"testing"
)

func TestSumIsWhatGoSays(t *testing.T) {
	const text = "the same in two languages"
	if got, want := Sum(text), adler32.Checksum([]byte(text)); got != want {
		t.Errorf("Sum = %08x, want %08x", got, want)
	}
}
