// The greeter's client: prints one greeting, or checks that a running server answers as it should.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit code: 0 done, 1 the server failed us, 2 the arguments are wrong.
func run(arguments []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("greet", flag.ContinueOnError)
	flags.SetOutput(stderr)
	server := flags.String("server", "http://127.0.0.1:8080", "`URL` of the server")
	name := flags.String("name", "", "whom to greet")
	lang := flags.String("lang", "en", "`tag` of the language")
	checking := flags.Bool("check", false, "check the server's answers instead of greeting")
	timeout := flags.Duration("timeout", 10*time.Second, "time for all requests together")
	if err := flags.Parse(arguments); err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "greet: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), *timeout)
	defer cancel()
	c := client{base: strings.TrimSuffix(*server, "/")}
	if *checking {
		return check(ctx, c, stdout, stderr)
	}
	answer, err := c.hello(ctx, *name, *lang)
	if err != nil {
		fmt.Fprintln(stderr, "greet:", err)
		return 1
	}
	if answer.status != http.StatusOK {
		fmt.Fprintf(stderr, "greet: the server says: %s\n", answer.text)
		return 1
	}
	fmt.Fprintln(stdout, answer.text)
	return 0
}

type client struct {
	base string
}

type answer struct {
	status int
	text   string
}

func (c client) hello(ctx context.Context, name, lang string) (answer, error) {
	return c.get(ctx, "/hello?"+url.Values{"name": {name}, "lang": {lang}}.Encode())
}

func (c client) get(ctx context.Context, target string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+target, nil)
	if err != nil {
		return answer{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return answer{response.StatusCode, strings.TrimSpace(string(body))}, err
}
