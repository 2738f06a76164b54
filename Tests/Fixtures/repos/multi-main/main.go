// Multi, the main package at the root, shows one day on a stopwatch.
package main

import (
	"fmt"

	"example.com/multi/internal/clock"
)

func main() {
	fmt.Println(clock.Format(24 * 60 * 60))
}
