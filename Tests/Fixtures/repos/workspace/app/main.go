// App prints a rhyme made by the workspace's other module.
package main

import (
	"fmt"

	"example.com/workspace/lib/rhyme"
)

func main() {
	fmt.Println(rhyme.Couplet("cat", "hat"))
}
