// Cgo prints a checksum that C code reckons.
package main

import (
	"fmt"
	"os"
	"strings"

	"example.com/cgo/adler"
)

func main() {
	fmt.Printf("%08x\n", adler.Sum(strings.Join(os.Args[1:], " ")))
}
