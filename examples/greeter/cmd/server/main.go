// The greeter's service: answers until it is sent SIGTERM or SIGINT, then finishes what it is doing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/greeter/internal/server"
)

// version is set when the program is linked: -ldflags '-X main.version=1.0.0'.
var version = "devel"

// grace is how long requests that are under way when the signal comes may take to end.
const grace = 5 * time.Second

func main() {
	address := flag.String("addr", ":8080", "`address` to listen on")
	ask := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *ask {
		fmt.Println(version)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	log.SetPrefix("greeter: ")
	log.SetFlags(0)
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("version %s listens on %s", version, listener.Addr())
	if err := serve(ctx, listener); err != nil {
		log.Fatal(err)
	}
	log.Print("stopped")
}

// serve answers requests until ctx ends, and returns when the last of them is answered.
func serve(ctx context.Context, listener net.Listener) error {
	s := &http.Server{Handler: server.New(version), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := s.Shutdown(deadline); err != nil {
		return err
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
