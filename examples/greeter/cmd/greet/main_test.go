package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/greeter/internal/server"
)

func start(t *testing.T, handler http.Handler) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

func TestRun(t *testing.T) {
	good := start(t, server.New("1.2.3"))
	mute := start(t, http.NotFoundHandler())
	for _, c := range []struct {
		name      string
		arguments []string
		code      int
		stdout    string
		stderr    string
	}{
		{"greeting", []string{"-server", good, "-name", "Ada", "-lang", "sv"}, 0, "Hej, Ada!\n", ""},
		{"refused", []string{"-server", good, "-lang", "tlh"}, 1, "", "greet: the server says: \"tlh\" is not a Lang\n"},
		{"check", []string{"-server", good + "/", "-check"}, 0, "10 checks passed, 0 failed\n", ""},
		{"check of another server", []string{"-server", mute, "-check"}, 1, "0 checks passed, 10 failed\n", "health: got 404"},
		{"no server", []string{"-server", "http://127.0.0.1:1"}, 1, "", "connection refused"},
		{"unknown flag", []string{"-shout"}, 2, "", "flag provided but not defined: -shout"},
		{"stray argument", []string{"Ada"}, 2, "", "unexpected argument \"Ada\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(c.arguments, &stdout, &stderr)
			if code != c.code || stdout.String() != c.stdout {
				t.Errorf("exit %d, stdout %q; want %d, %q", code, stdout.String(), c.code, c.stdout)
			}
			if !strings.Contains(stderr.String(), c.stderr) || c.stderr == "" && stderr.Len() > 0 {
				t.Errorf("stderr %q, want %q", stderr.String(), c.stderr)
			}
		})
	}
}
