// The command minutes shows what its argument, in minutes, is on a stopwatch.
package main

import (
	"flag"
	"fmt"
	"log"
	"strconv"

	"example.com/multi/internal/clock"
)

func main() {
	flag.Parse()
	n, err := strconv.Atoi(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(clock.Format(n * 60))
}
