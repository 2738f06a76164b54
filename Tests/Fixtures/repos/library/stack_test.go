package library_test

import (
	"fmt"

	"example.com/library/v2"
)

func ExampleStack() {
	var s library.Stack[string]
	s.Push("first")
	s.Push("second")
	for value, ok := s.Pop(); ok; value, ok = s.Pop() {
		fmt.Println(value)
	}
	// Output:
	// second
	// first
}
