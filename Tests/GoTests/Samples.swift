/// Files that use all of their grammar, for tests that damage them.

enum Samples {
    static let mod = """
        // Deprecated: use the other one.
        module example.com/greeter

        go 1.24.0

        toolchain go1.27.3

        require (
        \texample.com/words v1.2.0
        \texample.com/far/v2 v2.3.1 // indirect
        \t"example.com/quoted" v2.0.0+incompatible
        \tgopkg.in/yaml.v3 v3.0.1
        )

        replace example.com/words v1.2.0 => ../words
        replace (
        \texample.com/far/v2 => example.com/near/v2 v2.3.2
        )
        exclude example.com/words v1.1.0
        // Broken.
        retract [v1.0.0, v1.1.0] // twice
        tool example.com/greeter/gen
        ignore ./web

        """

    static let work = """
        go 1.24

        toolchain default

        // All of ours.
        use (
        \t.
        \t./app // the app
        )
        use "./quoted"

        replace example.com/x => ./x

        """

    static let sum = """
        example.com/words v1.2.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
        example.com/words v1.2.0/go.mod h1:jqWzq3I/N+3tlnrB9Yy761U+0QyfoI3Z1tX3Los3Dzo=

        """

    static let source = """
        // Package main says hello.
        //go:build linux && !cgo
        // +build linux

        /* A block
           comment. */
        package main

        import "embed"
        import (
        \t"fmt"
        \talias "example.com/words"
        \t_ `strings`
        )

        //go:embed static/*.html "a b.txt" `c.txt`
        var files embed.FS

        //go:generate stringer -type=Pill "a b"

        const raw = `
        func main() {
        "`

        func (t T) main() { _ = '"'; _ = "\\"{" }

        func main() { fmt.Println(alias.Words, files) }

        """
}
