// Package primes holds a table of small primes.
package primes

//go:generate go -C ../tools/gen run . -below 30 -out ../../primes/table.go
