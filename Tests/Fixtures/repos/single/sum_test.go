package main

import "testing"

func TestSum(t *testing.T) {
	if got, err := sum([]string{"1", "-2", "40"}); got != 39 || err != nil {
		t.Errorf("sum = %d, %v, want 39", got, err)
	}
	if _, err := sum([]string{"one"}); err == nil {
		t.Error("a word was added")
	}
}
