// Package wordlist knows how people greet each other, by language.
package wordlist

import (
	_ "embed"
	"strings"
)

//go:embed words.txt
var words string

type entry struct {
	tag     string
	word    string
	pattern string
}

var entries = parse(words)

// parse reads one entry a line, of three fields between tabs; a line that opens with # is a comment.
func parse(text string) []entry {
	var list []entry
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) == 3 && !strings.HasPrefix(line, "#") {
			list = append(list, entry{fields[0], fields[1], fields[2]})
		}
	}
	return list
}

func find(tag string) (entry, bool) {
	for _, e := range entries {
		if e.tag == tag {
			return e, true
		}
	}
	return entry{}, false
}

// Tags returns the tags of all languages in the list, in its order.
func Tags() []string {
	var tags []string
	for _, e := range entries {
		tags = append(tags, e.tag)
	}
	return tags
}

// Salutation returns the word that opens a greeting in the language with the given tag ("en"), and
// whether the list has that language.
func Salutation(tag string) (string, bool) {
	e, ok := find(tag)
	return e.word, ok
}

// Greet returns a whole greeting of the named person, with the punctuation that the language asks
// for, and whether the list has that language.
func Greet(tag, name string) (string, bool) {
	e, ok := find(tag)
	return strings.NewReplacer("{word}", e.word, "{name}", name).Replace(e.pattern), ok
}
