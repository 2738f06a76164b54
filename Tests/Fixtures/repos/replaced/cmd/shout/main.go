// Shout frames its arguments.
package main

import (
	"fmt"
	"os"
	"strings"

	"example.com/banner"
)

func main() {
	fmt.Print(banner.Frame(strings.Join(os.Args[1:], " ")))
}
