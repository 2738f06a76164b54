package main

import (
	"testing"

	"example.com/workspace/lib/rhyme"
)

func TestLibraryIsTheWorkspaceOne(t *testing.T) {
	if got := rhyme.Couplet("a", "b"); got != "There was an a,\nwho had a b." {
		t.Errorf("Couplet = %q", got)
	}
}
