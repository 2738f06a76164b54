// Package library is a stack; the module has no main package.
package library

// Stack holds values, last in, first out. The zero value is empty.
type Stack[T any] struct {
	values []T
}

// Push puts a value on top.
func (s *Stack[T]) Push(value T) {
	s.values = append(s.values, value)
}

// Pop takes the value on top, if there is one.
func (s *Stack[T]) Pop() (value T, ok bool) {
	if len(s.values) == 0 {
		return value, false
	}
	last := len(s.values) - 1
	value = s.values[last]
	s.values = s.values[:last]
	return value, true
}
