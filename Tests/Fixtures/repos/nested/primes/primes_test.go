package primes

import "testing"

func TestTable(t *testing.T) {
	for _, p := range Table {
		for d := 2; d < p; d++ {
			if p%d == 0 {
				t.Errorf("%d is divided by %d", p, d)
			}
		}
	}
	if len(Table) != 10 {
		t.Errorf("%d primes below 30, want 10", len(Table))
	}
}
