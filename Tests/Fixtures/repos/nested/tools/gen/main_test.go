package main

import (
	"slices"
	"testing"
)

func TestSieve(t *testing.T) {
	if got := sieve(12); !slices.Equal(got, []int{2, 3, 5, 7, 11}) {
		t.Errorf("sieve(12) = %v", got)
	}
	if got := sieve(0); got != nil {
		t.Errorf("sieve(0) = %v", got)
	}
}
