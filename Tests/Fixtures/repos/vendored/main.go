// Vendored prints a year as the Romans wrote it.
package main

import (
	"fmt"

	"example.com/numerals/roman"
)

func main() {
	fmt.Println(roman.Format(2026))
}
