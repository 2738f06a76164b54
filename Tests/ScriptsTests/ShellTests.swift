/// Shell scripts to their commands: quoting, operators, compound commands, what is looked into.
import Testing

@testable import Scripts

@Suite struct ShellTests {
    private static let simpleCases: [(String, [String])] = [
        ("go build ./x", ["go build ./x"]),
        ("  go\tbuild  ", ["go build"]),
        ("", []), ("# go run .", []), ("\n\n", []),
        ("go run . # go test", ["go run ."]),
        ("echo a#b", ["echo a#b"]),
        ("echo \"# no comment\" '# nor this'", ["echo \"# no comment\" \"# nor this\""]),
        ("echo 'go run .'; echo \"go run .\"", ["echo \"go run .\"", "echo \"go run .\""]),
        ("echo it\\'s \\\n  fine", ["echo it's fine"]),
        ("go build \\\r\n  -o x .\r\ngo vet\r\n", ["go build -o x .", "go vet"]),
        ("echo 'a'\"b\"c", ["echo abc"]), ("echo ''", ["echo \"\""]),
        ("echo \"a\\\"b\\$c\\d\"", ["echo a\"b$c\\d"]),
        ("echo $'a\\tb'", ["echo a\tb"]),
        ("echo $HOME ${HOME} \"$HOME/x\" $1 $@ $", ["echo ‹$HOME› ‹${HOME}› ‹$HOME/x› ‹$1› ‹$@› $"]),
        ("a && b || c; d | e & f", ["a", "b", "c", "d", "e", "f"]),
        ("a &&\n  b |\n  c", ["a", "b", "c"]),
        ("(cd x; go run .)", ["cd x", "go run ."]),
        ("{ a; b; }", ["a", "b"]),
        ("A=1 B='2 3' go test", ["A=1 B=\"2 3\" go test"]), ("A=1 B=2", ["A=1 B=2"]), ("A+=x", ["A=x"]),
        ("go test >log 2>&1 <in &>all 3>>x", ["go test"]), ("2>/dev/null go vet", ["go vet"]),
        ("echo 2 > x", ["echo 2"]), ("echo x2>y", ["echo x2"]), ("cat <<< \"go run\"", ["cat"]),
        ("go version >| x", ["go version"]), ("a >&2", ["a"]), ("a 2>&-; b", ["a", "b"]),
        ("(a) (b)", ["a", "b"]), ("!  a", ["a"]), ("a;b", ["a", "b"]), ("a&b", ["a", "b"]),
        ("echo @(a|b) ?(c)", ["echo ‹@(a|b)› ‹?(c)›"]),
        ("echo {a,b} *.go [x]", ["echo {a,b} *.go [x]"]),
    ]

    @Test("Words, quotes and operators", arguments: simpleCases)
    func simple(_ script: String, _ expected: [String]) throws {
        #expect(try listing("x.sh", script) == expected)
    }

    private static let compoundCases: [(String, [String])] = [
        ("if a; then b; elif c; then d; else e; fi; f", ["a", "b", "c", "d", "e", "f"]),
        ("if ! [ -f x ]; then go run .; fi", ["[ -f x ]", "go run ."]),
        ("while a; do b; done", ["a", "b"]), ("until a\ndo\n b\ndone", ["a", "b"]),
        ("for x in a b; do go run $x; done", ["go run ‹$x›"]), ("for x do a; done", ["a"]),
        ("for x in a b\ndo\n  c\ndone", ["c"]), ("for x; do c; done", ["c"]),
        ("for ((i = 0; i < 3; i++)); do a; done", ["a"]),
        ("for x in $(go list ./...); do a; done", ["go list ./...", "a"]),
        ("case $x in a) go run a;; b|c) go run b ;; *) d; esac; e", ["go run a", "go run b", "d", "e"]),
        ("case \"$1\" in\n  (run)\n    go run .\n    ;;\n  'go test') ;;\nesac\n", ["go run ."]),
        ("case x in a) case y in b) c;; esac;; d) e;; esac", ["c", "e"]),
        ("f() { go run .; }\nf", ["go run .", "f"]), ("f ( ) (a)", ["a"]), ("function f { a; }", ["a"]),
        ("function f() {\n a\n}\nb", ["a", "b"]), ("f()\n{\n  a\n}", ["a"]),
        ("[[ -n $x && $y == go* || ( a < b ) ]] && go vet", ["go vet"]), ("[[ $x =~ ^(a|b)$ ]]; c", ["c"]),
        ("[[ -n $(go env GOOS) ]]", ["go env GOOS"]), ("((x = 1 + (2))); a", ["a"]),
        ("x=$((1 + (2 * 3))); a", ["x=‹$((1 + (2 * 3)))›", "a"]), ("((a); b)", ["a", "b"]),
        ("echo if then fi", ["echo if then fi"]), ("\"if\" a", ["if a"]), ("time go test", ["{time} go test"]),
        ("select x in a; do b; done", ["b"]), ("X=(a b $(go list)); c", ["go list", "X=‹(a b $(go list))›", "c"]),
        ("if a; then", ["a"]), ("fi; done; esac; } a", ["a"]), (") a", ["a"]), ("a )", ["a"]),
        ("coproc go run .", ["go run ."]),
    ]

    @Test("Compound commands", arguments: compoundCases)
    func compound(_ script: String, _ expected: [String]) throws {
        #expect(try Set(listing("x.sh", script)) == Set(expected))
        #expect(try listing("x.sh", script).count == expected.count)
    }

    private static let nestedCases: [(String, [String])] = [
        ("echo $(go env GOOS)", ["echo ‹$(go env GOOS)›", "go env GOOS"]),
        ("echo \"$(go list -m)\" '$(go run .)'", ["echo ‹$(go list -m)› \"$(go run .)\"", "go list -m"]),
        ("echo `go env GOOS`", ["echo ‹`go env GOOS`›", "go env GOOS"]),
        ("echo `echo \\`go version\\``", ["echo ‹`echo \\`go version\\``›", "echo ‹`go version`›", "go version"]),
        ("x=$(a $(b \"$(c)\"))", ["x=‹$(a $(b \"$(c)\"))›", "a ‹$(b \"$(c)\")›", "b ‹$(c)›", "c"]),
        ("$(go env GOPATH)/bin/x -v", ["‹$(go env GOPATH)/bin/x› -v", "go env GOPATH"]),
        ("echo $(case x in a) b;; esac)", ["echo ‹$(case x in a) b;; esac)›", "b"]),
        ("echo ${X:-$(go env GOOS)} ${Y%%}*}", ["echo ‹${X:-$(go env GOOS)}› ‹${Y%%}*}›", "go env GOOS"]),
        ("diff <(go list a) <(go list b)", ["diff ‹<(go list a)› ‹<(go list b)›", "go list a", "go list b"]),
        ("sh -c 'go run . && b'", ["sh -c \"go run . && b\"", "go run .", "b"]),
        ("bash -eo pipefail -c \"go run .\"", ["bash -eo pipefail -c \"go run .\"", "go run ."]),
        ("/bin/sh -ec \"cd x; sh -c 'go test'\"", ["/bin/sh -ec \"cd x; sh -c 'go test'\"", "cd x", "sh -c \"go test\"", "go test"]),
        ("sh -c \"go run $X\"", ["sh -c ‹go run $X›", "go run ‹$X›"]),
        ("sh -c 'go run $X'", ["sh -c \"go run $X\"", "go run ‹$X›"]),
        ("sh -c \"x $(a)\"", ["sh -c ‹x $(a)›", "x ‹$(a)›", "a"]),
        ("sh script.sh -c 'go run .'", ["sh script.sh -c \"go run .\""]), ("bash --login", ["bash --login"]),
        ("eval 'go run .'", ["eval \"go run .\"", "go run ."]), ("trap 'go clean' EXIT", ["trap \"go clean\" EXIT", "go clean"]),
        ("find . -name '*.go' -exec gofmt -l {} \\; -exec go vet {} +", [
            "find . -name *.go -exec gofmt -l {} ; -exec go vet {} +", "gofmt -l {}", "go vet {}",
        ]),
        ("su -c 'go run .' nobody", ["su -c \"go run .\" nobody", "go run ."]),
    ]

    @Test("Commands in words", arguments: nestedCases)
    func nested(_ script: String, _ expected: [String]) throws {
        #expect(try listing("x.sh", script).sorted() == expected.sorted())
    }

    private static let wrappedCases: [(String, [String])] = [
        ("sudo go run .", ["{sudo} go run ."]), ("sudo -E -u me X=1 go run .", ["{sudo -E -u me X=1} X=1 go run ."]),
        ("env go run .", ["{env} go run ."]), ("env -i A=b C=d go test", ["{env -i A=b C=d} A=b C=d go test"]),
        ("/usr/bin/env go run .", ["{/usr/bin/env} go run ."]), ("exec go run .", ["{exec} go run ."]),
        ("exec -a x go run .", ["{exec -a x} go run ."]), ("exec >log", ["exec"]), ("env", ["env"]), ("sudo -l", ["sudo -l"]),
        ("time -p nice -n 5 go test", ["{time -p nice -n 5} go test"]), ("nohup go run . &", ["{nohup} go run ."]),
        ("timeout -k 5 60s go test", ["{timeout -k 5 60s} go test"]), ("timeout 5m", ["timeout 5m"]),
        ("command go build", ["{command} go build"]), ("command -v go", ["command -v go"]),
        ("ls | xargs -n 1 -I{} go vet {}", ["ls", "{xargs -n 1 -I{}} go vet {}"]),
        ("tini -- go run .", ["{tini --} go run ."]), ("gosu me go run .", ["{gosu me} go run ."]),
        ("sudo sh -c 'go run .'", ["{sudo} sh -c \"go run .\"", "go run ."]),
        ("A=1 env B=2 go x", ["{env B=2} A=1 B=2 go x"]), ("env -S 'go run'", ["env -S \"go run\""]),
        ("sudo sudo", ["{sudo} sudo"]), ("$SUDO go run .", ["‹$SUDO› go run ."]),
    ]

    @Test("Programs that run the rest of their words", arguments: wrappedCases)
    func wrapped(_ script: String, _ expected: [String]) throws {
        #expect(try listing("x.sh", script).sorted() == expected.sorted())
    }

    private static let heredocsCases: [(String, [String])] = [
        ("cat <<EOF\ngo run .\nEOF\na", ["cat", "a"]), ("cat <<'EOF'\n$(go run .)\nEOF\na", ["cat", "a"]),
        ("cat <<EOF\nx $(go env GOOS) `b`\nEOF\na", ["cat", "go env GOOS", "b", "a"]),
        ("cat <<-EOF\n\tgo run .\n\tEOF\na", ["cat", "a"]), ("cat <<A <<B\nx\nA\ny\nB\nc", ["cat", "c"]),
        ("cat <<EOF | b\ngo run .\nEOF\nc", ["cat", "b", "c"]), ("sh <<EOF\ngo run .\nEOF\nc", ["sh", "go run .", "c"]),
        ("bash -s -- x <<'EOF'\ngo run .\nEOF\n", ["bash -s -- x", "go run ."]),
        ("sudo bash <<\"EOF\"\ngo run .\nEOF\n", ["{sudo} bash", "go run ."]),
        ("sh x.sh <<EOF\ngo run .\nEOF\nc", ["sh x.sh", "c"]), ("cat <<EOF\ngo run .", ["cat"]),
        ("x=$(cat <<EOF\ngo run .\nEOF\n)\na", ["x=‹$(cat <<EOF\ngo run .\nEOF\n)›", "cat", "a"]),
        ("cat <<\\EOF\n$(a)\nEOF\nb", ["cat", "b"]), ("if a; then cat <<E\nfi\nE\nb; fi", ["a", "cat", "b"]),
        ("cat > Dockerfile <<EOF\nCMD go run .\nEOF\n", ["cat"]), ("a << E; b\nx\nE\nc", ["a", "b", "c"]),
    ]

    @Test("Here-documents", arguments: heredocsCases)
    func heredocs(_ script: String, _ expected: [String]) throws {
        #expect(try listing("x.sh", script) == expected)
    }
}
