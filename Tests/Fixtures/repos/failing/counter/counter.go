// Package counter compiles, but vet objects: a lock is copied. `go test` does not run that check.
package counter

import "sync"

// Counter counts from any goroutine.
type Counter struct {
	mutex sync.Mutex
	value int
}

// Add counts n more.
func (c *Counter) Add(n int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.value += n
}

// Value returns the count of a copy, which has a lock of its own: the mistake.
func (c Counter) Value() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.value
}
