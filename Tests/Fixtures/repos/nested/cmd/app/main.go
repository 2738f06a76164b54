// App prints the primes that tools/gen wrote down.
package main

import (
	"fmt"

	"example.com/nested/primes"
)

func main() {
	fmt.Println(primes.Table)
}
