// Single prints the sum of its arguments.
package main

import (
	"fmt"
	"os"
)

func main() {
	total, err := sum(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "single:", err)
		os.Exit(1)
	}
	fmt.Println(total)
}
