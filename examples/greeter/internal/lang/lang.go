// Package lang names the languages that the greeter speaks.
package lang

// Lang is a language. Its text form is the BCP 47 tag that the comment beside the constant holds.
type Lang int

//go:generate go tool enumer -type Lang

const (
	English  Lang = iota // en
	German               // de
	French               // fr
	Spanish              // es
	Swedish              // sv
	Japanese             // ja
)
