// Package greeting makes greetings: it decides who may be greeted, the word list says how.
package greeting

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/greeter/internal/lang"
	"example.com/wordlist"
)

// MaxName is the length of the longest name that is greeted, in characters.
const MaxName = 64

// ErrName says that a name is too long or not text.
var ErrName = errors.New("name must be printable text of at most 64 characters")

// For returns the greeting of the named person in the given language. Without a name it greets the
// world.
func For(name string, l lang.Lang) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		name = "World"
	}
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > MaxName {
		return "", ErrName
	}
	for _, r := range name {
		if !unicode.IsPrint(r) {
			return "", ErrName
		}
	}
	text, ok := wordlist.Greet(l.String(), name)
	if !ok {
		return "", fmt.Errorf("the word list has no greeting for %v", l)
	}
	return text, nil
}
