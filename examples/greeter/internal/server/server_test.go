package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	New("1.2.3").ServeHTTP(recorder, httptest.NewRequest(method, target, nil))
	return recorder
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
		body           string
	}{
		{"GET", "/healthz", http.StatusOK, "ok 1.2.3\n"},
		{"GET", "/hello", http.StatusOK, "Hello, World!\n"},
		{"GET", "/hello?name=Ada&lang=de", http.StatusOK, "Hallo, Ada!\n"},
		{"GET", "/hello?lang=tlh", http.StatusBadRequest, "\"tlh\" is not a Lang\n"},
		{"GET", "/hello?name=%00", http.StatusBadRequest, "name must be printable text of at most 64 characters\n"},
		{"GET", "/nowhere", http.StatusNotFound, "404 page not found\n"},
		{"POST", "/hello", http.StatusMethodNotAllowed, "Method Not Allowed\n"},
	} {
		t.Run(c.method+c.target, func(t *testing.T) {
			got := get(t, c.method, c.target)
			if got.Code != c.status || got.Body.String() != c.body {
				t.Errorf("got %d %q, want %d %q", got.Code, got.Body, c.status, c.body)
			}
		})
	}
}

func TestGreetingSaysItsLanguage(t *testing.T) {
	if tag := get(t, "GET", "/hello?lang=ja").Header().Get("Content-Language"); tag != "ja" {
		t.Errorf("Content-Language = %q, want ja", tag)
	}
}

func TestIndexOffersEveryLanguage(t *testing.T) {
	page := get(t, "GET", "/").Body.String()
	for _, want := range []string{"greeter 1.2.3", "<option>en</option>", "<option>ja</option>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}
