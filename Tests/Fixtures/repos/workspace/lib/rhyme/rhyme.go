// Package rhyme makes couplets.
package rhyme

import "strings"

// Couplet returns two lines that end in the given words.
func Couplet(first, second string) string {
	return "There was " + article(first) + ",\nwho had " + article(second) + "."
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}
