package main

import (
	"testing"

	"example.com/numerals/roman"
)

func TestYear(t *testing.T) {
	if got := roman.Format(1994); got != "MCMXCIV" {
		t.Errorf("Format(1994) = %s", got)
	}
}
