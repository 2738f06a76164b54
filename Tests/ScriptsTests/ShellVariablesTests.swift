/// What a script is known to have set where: variables that are filled in, exports, folders.
import Testing

@testable import Scripts

@Suite struct ShellVariablesTests {
    private static let filledCases: [(String, String)] = [
        ("V=1.2; go install x@v$V", "go install x@v1.2"), ("V=1.2\ngo install x@v${V}", "go install x@v1.2"),
        ("V='a b'; go x $V", "go x a b"), ("V='a b'; export W=$V; go x \"$W\"", "go x \"a b\""), ("V='a b'; go x \"$V\"", "go x \"a b\""), ("V=; go x $V y", "go x y"),
        ("V=; go x \"$V\"", "go x \"\""), ("F='-a  -b '; go x$F y", "go x-a -b y"),
        ("V=a; W=$V-b; go x $W", "go x a-b"), ("V=a; V+=b; go x $V", "go x ab"), ("V=a; V=b; go x $V", "go x b"),
        ("export V=a; go x $V", "go x a"), ("local V=a; go x $V", "go x a"), ("readonly V=a\ngo x $V", "go x a"),
        ("V=a; go x ${V:-b} ${V-c}", "go x a a"), ("go x ${V:-latest}", "go x ‹${V:-latest}›"),
        ("V=a; go x ${V#b} ${#V} ${V/a/b}", "go x ‹${V#b}› ‹${#V}› ‹${V/a/b}›"),
        ("V=$(date); go x $V", "go x ‹$V›"), ("V=$W; go x $V", "go x ‹$V›"), ("V=a cmd; go x $V", "go x ‹$V›"),
        ("if c; then V=a; fi; go x $V", "go x ‹$V›"), ("if c; then V=a; go x $V; fi", "go x a"),
        ("V=a; if c; then V=b; fi; go x $V", "go x ‹$V›"), ("V=a; if c; then d; fi; go x $V", "go x a"),
        ("c || V=a; go x $V", "go x ‹$V›"), ("c && V=a && go x $V", "go x a"), ("V=a && go x $V", "go x a"),
        ("V=a; (V=b); go x $V", "go x ‹$V›"), ("(V=b); go x $V", "go x ‹$V›"), ("V=a; x=$(V=b); go x $V", "go x ‹$V›"),
        ("while c; do V=a; done; go x $V", "go x ‹$V›"), ("for V in a; do go x $V; done", "go x ‹$V›"),
        ("case y in a) V=a;; esac; go x $V", "go x ‹$V›"), ("f() { V=a; go x $V; }", "go x a"), ("f() { V=a; }; go x $V", "go x ‹$V›"),
        ("V=a; unset V; go x $V", "go x ‹$V›"), ("V=a; read V; go x $V", "go x ‹$V›"), ("V=a; source y; go x $V", "go x ‹$V›"),
        ("V=a; sh -c \"go x $V\"", "go x a"), ("V=a; sh -c 'go x $V'", "go x a"), ("V=(a b); go x $V", "go x ‹$V›"),
        ("V=a; go x '$V' \\$V", "go x $V $V"), ("V=\"a\"b; go x \"$V\"c", "go x abc"), ("{ V=a; }; go x $V", "go x a"),
        ("GO=go; $GO x", "go x"), ("GO=${GO:-go}; $GO x", "go x"), ("V=\"${V-a b}\"; go x \"$V\"", "go x \"a b\""),
        ("V=${W:-a}; go x $V", "go x ‹$V›"), ("V=${V:-$W}; go x $V", "go x ‹$V›"), ("V=${V:-a}b; go x $V", "go x ‹$V›"), ("CMD='go run'; $CMD x", "go run x"), ("declare -r V=a; go x $V", "go x a"),
    ]

    @Test("A variable is filled in where its value is certain", arguments: filledCases)
    func filled(_ script: String, _ expected: String) throws {
        #expect(try listing("x.sh", script).last { $0.hasPrefix("go ") } == expected)
    }

    private static let environmentsCases: [(String, [String])] = [
        ("export A=b; go x", ["A=b"]), ("A=b; go x", []), ("A=b; export A; go x", ["A=b"]),
        ("export A=b A=c; go x", ["A=c"]), ("export A=b; unset A; go x", []), ("export A=$B; go x", ["A=$B"]),
        ("(export A=b); go x", []), ("if c; then export A=b; fi; go x", []), ("export A=b; sh -c 'go x'", ["A=b"]),
    ]

    @Test("Exports are in the environment of what follows", arguments: environmentsCases)
    func environments(_ script: String, _ expected: [String]) throws {
        let file = try #require(readScripts(path: "x.sh", text: script))
        let command = try #require(file.commands.last { $0.words.first?.text == "go" })
        #expect(command.environment.map { "\($0.name)=\($0.value.text)" } == expected)
    }

    private static let foldersCases: [(String, String?)] = [
        ("go x", ""), ("cd a/b; go x", "a/b"), ("cd a && go x", "a"), ("cd a; cd ../c; go x", "c"), ("cd ..; go x", nil),
        ("(cd a); go x", ""), ("cd /tmp; go x", nil), ("cd $X; go x", nil), ("cd; go x", nil), ("cd -; go x", nil),
        ("if c; then cd a; fi; go x", nil), ("cd a; if c; then d; fi; go x", "a"), ("pushd a; go x", "a"), ("pushd a; b; popd; go x", ""), ("cd a; pushd b; popd; popd; go x", nil),
        ("cd \"$(dirname \"$0\")\"; go x", "scripts"), ("cd \"$(dirname \"$0\")/..\"; go x", ""),
        ("cd \"$(dirname \"${BASH_SOURCE[0]}\")/../y\" && go x", "y"), ("cd $(git rev-parse --show-toplevel); go x", ""),
        ("cd \"$(git rev-parse --show-toplevel)/a\"; go x", "a"), ("cd ./a/; go x", "a"), ("cd -- a; go x", "a"),
        ("env -C a go x", nil), ("cd 'a b'; go x", "a b"), ("f() { cd a; }; go x", ""), ("cd a\ncd b || exit 1\ngo x", "a/b"),
    ]

    @Test("The folder is known as far as it can be", arguments: foldersCases)
    func folders(_ script: String, _ expected: String?) throws {
        let file = try #require(readScripts(path: "scripts/x.sh", text: script))
        #expect(file.commands.last { $0.words.first?.text == "go" }?.folder == expected)
    }

    @Test("A variable that grows without end is not filled in")
    func growth() throws {
        var script = "A0=0123456789\n"
        for index in 1...60 { script += "A\(index)=$A\(index - 1)$A\(index - 1)\n" }
        let file = try #require(readScripts(path: "x.sh", text: script + "go x $A60"))
        #expect(file.commands.last.map(line) == "go x ‹$A60›")
        #expect(file.commands.allSatisfy { $0.assignments.allSatisfy { $0.value.text.utf8.count <= 2 * 4096 } })
    }
}
