package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"example.com/greeter/internal/lang"
	"example.com/wordlist"
)

// check asks the server for every language at once, then for what it must refuse, and compares each
// answer with what the word list linked into this very program says. It returns the exit code.
func check(ctx context.Context, c client, stdout, stderr io.Writer) int {
	var (
		mutex  sync.Mutex
		failed int
		passed int
	)
	expect := func(what string, got answer, err error, status int, contains string) {
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case err != nil:
			failed++
			fmt.Fprintf(stderr, "greet: %s: %v\n", what, err)
		case got.status != status || !strings.Contains(got.text, contains):
			failed++
			fmt.Fprintf(stderr, "greet: %s: got %d %q, want %d %q\n", what, got.status, got.text, status, contains)
		default:
			passed++
		}
	}

	health, err := c.get(ctx, "/healthz")
	expect("health", health, err, http.StatusOK, "ok ")

	var group sync.WaitGroup
	for _, l := range lang.LangValues() {
		group.Add(1)
		go func() {
			defer group.Done()
			want, _ := wordlist.Greet(l.String(), "Ada")
			got, err := c.hello(ctx, "Ada", l.String())
			expect("hello in "+l.String(), got, err, http.StatusOK, want)
		}()
	}
	group.Wait()

	got, err := c.hello(ctx, "", "")
	expect("hello to nobody", got, err, http.StatusOK, "Hello, World!")
	got, err = c.hello(ctx, "Ada", "tlh")
	expect("unknown language", got, err, http.StatusBadRequest, "is not a Lang")
	got, err = c.hello(ctx, strings.Repeat("a", 1000), "en")
	expect("long name", got, err, http.StatusBadRequest, "name must be")

	fmt.Fprintf(stdout, "%d checks passed, %d failed\n", passed, failed)
	if failed > 0 {
		return 1
	}
	return 0
}
