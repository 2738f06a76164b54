// Failing builds; its test is red in one package, and vet in another.
package main

import (
	"fmt"

	"example.com/failing/counter"
	"example.com/failing/temperature"
)

func main() {
	var c counter.Counter
	c.Add(int(temperature.Fahrenheit(100)))
	fmt.Println(c.Value())
}
