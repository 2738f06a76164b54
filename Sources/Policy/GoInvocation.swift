/// A command line of the go command, taken apart as the go command does it: verb, flags, packages, arguments of the
/// program. It knows no repository and no rule.
import Diagnostics
import Scripts

struct GoInvocation {
    struct Flag {
        /// Without dashes.
        var name: String
        /// Of `-x=y`, or the word after a flag that takes one.
        var value: String?
        /// Into the command's words: one or two.
        var words: Range<Int>
    }

    let command: ScriptCommand
    /// `run`, `build`, `mod`; of `go mod tidy` it is `mod`.
    let verb: String
    private(set) var flags: [Flag] = []
    /// Packages, files, and for `get` modules, as indices into the command's words.
    private(set) var targets: [Int] = []
    /// What `go run` hands to the program, and `go test` to the test binary.
    private(set) var rest: Range<Int>
    /// A word that is a variable stands where flags or packages are: what follows is a guess.
    private(set) var hasUnknownWords = false

    var words: [ScriptWord] { command.words }
    var targetWords: [ScriptWord] { targets.map { words[$0] } }

    /// Nil for every other program.
    init?(_ command: ScriptCommand) {
        guard let program = command.words.first, command.words.count > 1, isGoCommand(program.text) else { return nil }
        self.command = command
        verb = command.words[1].text
        rest = command.words.count..<command.words.count
        verb == "test" ? readTest() : read()
    }

    func flag(_ name: String) -> Flag? { flags.first { $0.name == name } }

    /// The last assignment of that name which this command sees, its own before those around it.
    func variable(_ name: String) -> ScriptWord? {
        (command.assignments.last { $0.name == name } ?? command.environment.last { $0.name == name })?.value
    }

    private mutating func read() {
        var next = 2
        while next < words.count, let flag = flag(at: next) {
            flags.append(flag)
            next = flag.words.upperBound
        }
        next = skipUnknown(from: next)
        while next < words.count, let flag = flag(at: next) {
            flags.append(flag)
            next = flag.words.upperBound
        }
        // `--` ends the flags.
        if next < words.count, words[next].text == "--" { next += 1 }
        guard verb == "run" else {
            targets = Array(next..<max(next, words.count))
            return
        }
        let start = next
        while next < words.count, words[next].text.hasSuffix(".go"), !words[next].text.contains("@") { next += 1 }
        if next == start, next < words.count { next += 1 }
        targets = Array(start..<next)
        rest = next..<words.count
    }

    /// A variable that stands for flags, by its name, is passed over.
    private mutating func skipUnknown(from start: Int) -> Int {
        var next = start
        while next < words.count, !words[next].isLiteral, words[next].text.hasPrefix("$"), isNamedLikeFlags(words[next].text) {
            hasUnknownWords = true
            next += 1
            while next < words.count, let flag = flag(at: next) {
                flags.append(flag)
                next = flag.words.upperBound
            }
        }
        return next
    }

    /// `go test` takes flags after its packages too; the first other word after those is the test binary's.
    private mutating func readTest() {
        var next = 2
        var isInPackages = false
        while next < words.count {
            let text = words[next].text
            if text == "--" || text == "-args" || text == "--args" { break }
            if let flag = flag(at: next) {
                flags.append(flag)
                next = flag.words.upperBound
                isInPackages = false
            } else {
                if !words[next].isLiteral, text.hasPrefix("$") { hasUnknownWords = true }
                if !isInPackages, !targets.isEmpty { break }
                isInPackages = true
                targets.append(next)
                next += 1
            }
        }
        rest = next..<words.count
    }

    private func flag(at index: Int) -> Flag? {
        let text = words[index].text
        guard text.count > 1, text.hasPrefix("-"), text != "--" else { return nil }
        let body = text.dropFirst(text.hasPrefix("--") ? 2 : 1)
        if let sign = body.firstIndex(of: "=") {
            return Flag(
                name: String(body[..<sign]), value: String(body[body.index(after: sign)...]), words: index..<(index + 1))
        }
        let name = String(body)
        if GoFlags.takesValue(name, verb: verb), index + 1 < words.count {
            return Flag(name: name, value: words[index + 1].text, words: index..<(index + 2))
        }
        return Flag(name: name, value: nil, words: index..<(index + 1))
    }
}

/// `go`, `/usr/local/go/bin/go`, `go1.26.4`, `gotip`, and what Makefiles call it: `$(GO)`.
private func isGoCommand(_ text: String) -> Bool {
    if ["$(GO)", "${GO}", "$GO", "$(GOCMD)", "${GOCMD}", "$(GOBIN)/go", "$(GO_BIN)"].contains(text) { return true }
    let name = text.split(separator: "/").last ?? ""
    if name == "go" || name == "gotip" || name == "go.exe" { return !text.hasSuffix("/") }
    guard name.hasPrefix("go1.") else { return false }
    return name.dropFirst(4).allSatisfy { $0.isNumber || $0 == "." || "rcbeta".contains($0) }
}

private func isNamedLikeFlags(_ text: String) -> Bool {
    let name = text.uppercased()
    return ["FLAG", "OPT", "ARGS", "TAGS", "MOD", "VERBOSE", "RACE", "LD", "TRIMPATH"].contains { name.contains($0) } && !name.contains("/")
}
