/// Makefiles to the commands of their recipes.
import Testing

@testable import Scripts

@Suite struct MakefileReaderTests {
    private static let commandsCases: [(String, [String])] = [
        ("all:\n\tgo build ./x\n", ["go build ./x"]), ("all: a b ; go vet\n\tgo test", ["go vet", "go test"]),
        ("all:\n\t@-+ go build\n\t@go vet", ["go build", "go vet"]), ("all:\n\tgo build \\\n\t  -o x \\\n  .\n", ["go build -o x ."]),
        ("GO := go\nall:\n\t$(GO) build", ["go build"]), ("GO ?= go\nall:\n\t${GO} build", ["go build"]),
        ("A = b\nB = $(A)c\nall:\n\tgo $(B)", ["go bc"]), ("all:\n\tgo $(B)\nB = $(A)\nA = x", ["go x"]),
        ("F = -a -b\nall:\n\tgo $(F)", ["go -a -b"]), ("F = a\nF += b\nall:\n\tgo $(F)", ["go a b"]),
        ("A = b\nA = c\nall:\n\tgo $(A)", ["go ‹$(A)›"]), ("all:\n\tgo $(X) $@ $< $(@D)", ["go ‹$(X)› ‹$@› ‹$<› ‹$(@D)›"]),
        ("ifdef X\nA = b\nelse\nA = c\nendif\nall:\n\tgo $(A)", ["go ‹$(A)›"]), ("A = $(A)x\nall:\n\tgo $(A)", ["go ‹$(A)x›"]),
        ("all:\nifdef X\n\tgo a\nelse\n\tgo b\nendif\n", ["go a", "go b"]), ("t: A = b\nt:\n\tgo $(A)", ["go ‹$(A)›"]),
        ("all:\n\tfor i in 1 2; do go $$i; done", ["go ‹$i›"]), ("all:\n\tgo $$(go env X)", ["go ‹$(go env X)›", "go env X"]),
        ("all:\n\tV=1; go x@$$V", ["V=1", "go x@1"]), ("all:\n\t# go run .\n# go test\n\tgo vet # x", ["go vet"]),
        ("V := $(shell go env GOOS) # x\nall:\n\tgo $(V)", ["go env GOOS", "go ‹$(shell go env GOOS)›"]),
        ("V != go version\nall:\n\tgo $(V)", ["go version", "go ‹$(V)›"]), ("X = go\nV := $(shell $(X) list)", ["go list"]),
        ("V := $(strip $(shell go env GOOS))", ["go env GOOS"]), ("all:\n\techo $(shell go list) x", ["echo ‹$(shell go list)› x", "go list"]),
        ("define R\n@go run $(1)\ngo b\nendef\nall:\n\t$(call R,x)\n", ["go run ‹$(1)›", "go b", "‹$(call R,x)›"]),
        ("define HELP\ngo run . starts it\nendef\nall:\n\t@echo \"$(HELP)\"\n", ["echo ‹$(HELP)›"]),
        ("define R =\ngo a\nendef\nall:\n\t$(R)\n", ["go a", "‹$(R)›"]),
        (".RECIPEPREFIX = >\nall:\n>go build\n", ["go build"]), (".ONESHELL:\nall:\n\tcd x\n\tV=1\n\tgo x@$$V\n", ["cd x", "V=1", "go x@1"]),
        (".PHONY: all\nall: x\n\ngo:\n\tgo vet\n", ["go vet"]), ("\tgo build\n", []), ("A = go run .\n", []),
        ("help:\n\t@echo 'go run . # runs'", ["echo \"go run . # runs\""]), ("include x.mk\n-include y\n", []),
        ("SHELL := /bin/bash\nall:\n\tgo x", ["go x"]), ("SHELL = python\nall:\n\tgo x", []),
        ("export GOFLAGS=-mod=mod\nall:\n\tgo x", ["go x"]), ("all: ; @go a && b", ["go a", "b"]),
        ("a b: c | d\n\tgo x", ["go x"]), ("%.o: %.c\n\tgo x", ["go x"]), ("$(A): $(B:=c)\n\tgo x", ["go x"]),
        ("a:: b\n\tgo x", ["go x"]), ("all:\r\n\tgo x \\\r\n\t  y\r\n", ["go x y"]), ("all:\n\tgo x\n\n\tgo y", ["go x", "go y"]),
        ("A=go run main.go\nall:\n\t$A x $(A)", ["go run main.go x go run main.go"]), ("all:\n\tsh -c 'go $$X'", ["sh -c \"go $X\"", "go ‹$X›"]),
    ]

    @Test("Commands", arguments: commandsCases)
    func commands(_ text: String, _ expected: [String]) throws {
        #expect(try listing("Makefile", text) == expected)
    }

    @Test(
        "Words as they are spelt",
        arguments: [
            ("all:\n\t@go 'x' \\\n\t\ty", ["2: go | 'x' | y"]), ("G = go\nall:\n\t$(G) x $$Y", ["3: $(G) | x | $$Y"]),
            ("V := a \\\n  $(shell go \\\n  x)", ["2: go | x"]), ("é:\n\tgo é $$(a)", ["2: go | é | $$(a)", "2: a"]),
        ])
    func words(_ text: String, _ expected: [String]) throws {
        #expect(try places("Makefile", text) == expected)
    }

    @Test("Targets, folders and environment")
    func surroundings() throws {
        let text = "export A = b\nA2 = c\nexport A2 X\none two: x\n\tcd y && go a\nthree:\n\tgo b\nV := $(shell go c)\n"
        #expect(
            try contexts("sub/Makefile", text) == [
                "makeRecipe(target: \"one\") in sub", "makeRecipe(target: \"one\") in sub/y",
                "makeRecipe(target: \"three\") in sub", "makeShell in sub",
            ])
        let file = try #require(readScripts(path: "sub/Makefile", text: text))
        #expect(file.commands[0].environment.map { "\($0.name)=\($0.value.text)" } == ["A=b", "A2=c"])
        #expect(slice(text, file.commands[0].environment[0].value.range) == "b")
    }

    @Test("Comments")
    func comments() throws {
        let file = try #require(readScripts(path: "x.mk", text: "# a\nA = b # c\nall: # d\n\tgo x # e\n\techo '# f' \\# g\n"))
        #expect(file.comments.map(\.value) == ["a", "c", "d", "e"])
    }
}
