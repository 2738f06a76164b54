/// Every word has its exact place, quotes included, however deep it is nested.
import Diagnostics
import Testing

@testable import Scripts

@Suite struct ShellPlacesTests {
    @Test(
        "Words as they are spelt",
        arguments: [
            ("go run './x y' \"z\"", ["1: go | run | './x y' | \"z\""]),
            ("A=1 \\\n  go \\\n  test", ["1: go | test"]),
            ("é; go ü 'ö'\n  go x", ["1: é", "1: go | ü | 'ö'", "2: go | x"]),
            ("sh -c 'go run .'", ["1: sh | -c | 'go run .'", "1: go | run | ."]),
            ("sh -c \"go \\\"a b\\\"\"", ["1: sh | -c | \"go \\\"a b\\\"\"", "1: go | \\\"a b\\\""]),
            ("x\nV=v1\ngo install \"y@$V\" z@$V", ["1: x", "2: ", "3: go | install | \"y@$V\" | z@$V"]),
            ("F='-a -b'\ngo $F x", ["1: ", "2: go | $F | $F | x"]),
            ("echo `go \\`a\\``", ["1: echo | `go \\`a\\``", "1: go | \\`a\\`", "1: a"]),
            ("cat <<EOF\n  $(go x)\nEOF\n", ["1: cat", "2: go | x"]),
            ("sh <<-E\n\tgo x\n\tE\n", ["1: sh", "2: go | x"]),
            ("sudo -E go run .", ["1: sudo | -E | go | run | ."]),
            ("if a\nthen\n\tgo 'x\ny'\nfi", ["1: a", "3: go | 'x\ny'"]),
        ])
    func words(_ script: String, _ expected: [String]) throws {
        #expect(try places("x.sh", script) == expected)
    }

    @Test("A byte order mark is no column")
    func byteOrderMark() throws {
        let file = try #require(readScripts(path: "x.sh", text: "\u{FEFF}go x"))
        #expect(file.commands.map(\.range) == [SourceRange(line: 1, column: 1, length: 4)])
    }

    @Test("A command goes from its first word or assignment to its last word")
    func ranges() throws {
        let text = "x\n  A='1' go test \\\n    ./... > log\nsudo go run .\nB=2 C=\"3\"\n"
        let file = try #require(readScripts(path: "x.sh", text: text))
        #expect(file.commands.map { slice(text, $0.range) } == ["x", "A='1' go test \\\n    ./...", "sudo go run .", "B=2 C=\"3\""])
        #expect(file.commands[1].assignments.map { slice(text, $0.value.range) } == ["'1'"])
        #expect(file.commands[1].range == SourceRange(SourcePosition(line: 2, column: 3), SourcePosition(line: 3, column: 10)))
    }

    @Test("Comments are told with their places")
    func comments() throws {
        let text = "#!/bin/sh\n#  one \na # two\n'# none' \"# none\" a#none\nsh -c 'b # three'\ncat <<E\n# none\nE\n"
        let file = try #require(readScripts(path: "x", text: text))
        #expect(file.comments.map(\.value) == ["!/bin/sh", "one", "two", "three"])
        #expect(file.comments.map { slice(text, $0.range) } == ["#!/bin/sh", "#  one", "# two", "# three"])
    }
}
