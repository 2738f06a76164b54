// Package banner draws frames around text.
package banner

import (
	"strings"
	"unicode/utf8"
)

// Frame returns the text in a frame of three lines.
func Frame(text string) string {
	edge := "+" + strings.Repeat("-", utf8.RuneCountInString(text)+2) + "+\n"
	return edge + "| " + text + " |\n" + edge
}
