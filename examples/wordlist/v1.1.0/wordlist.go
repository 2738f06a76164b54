// Package wordlist knows how people greet each other, by language.
package wordlist

import (
	_ "embed"
	"strings"
)

//go:embed words.txt
var words string

// Salutation returns the word that opens a greeting in the language with the given tag ("en"), and
// whether the list has that language.
func Salutation(tag string) (string, bool) {
	for line := range strings.Lines(words) {
		known, word, _ := strings.Cut(strings.TrimSpace(line), " ")
		if known == tag {
			return word, true
		}
	}
	return "", false
}
