/// Paths inside the repository and Go package patterns, as text; nothing here looks at a disk.
import Diagnostics
import YAML

extension Format where Value == Located<String> {
    /// Relative to the root, and beneath it; without `.` and `..` when read.
    static let path: Self = Format.string.then { value, subject, decoding in
        guard let path = pathBeneathRoot(value.value) else {
            decoding.outsideRoot(value, subject)
            return nil
        }
        return Located(path, at: value.range)
    }

    /// `./cmd/server`: one main package, relative to the artifact's `dir`.
    static let mainPackage: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^\\.(/[^/]+)*/?$"]
    ) { value, _, decoding in
        func refuse(_ message: String, _ help: String) -> Located<String>? {
            decoding.badValue(value.range, message, help: help)
            return nil
        }
        let path = value.value
        let words = path.split(separator: "/", omittingEmptySubsequences: false)
        if words.contains("...") {
            return refuse(
                "\(quoted(path)) names many packages, and an artifact is one",
                "name the folder of one main package; a `build:` step compiles many")
        }
        if path.hasSuffix(".go") {
            return refuse(
                "\(quoted(path)) is a file, and an artifact is built from a package",
                "name the folder that the file is in")
        }
        if words.first != "." || words.contains("..") {
            let tail = words.filter { $0 != "." && $0 != ".." && !$0.isEmpty }.joined(separator: "/")
            return refuse(
                "the main package must be written as `./path`, not \(quoted(path))",
                "write `./\(tail)`, from the artifact's `dir`, which is the root unless it is set")
        }
        let clean = words.dropFirst().filter { $0 != "." && !$0.isEmpty }.joined(separator: "/")
        return Located(clean.isEmpty ? "." : "./\(clean)", at: value.range)
    }

    /// What `go build` and its siblings take for packages: `go help packages`.
    static let packagePattern: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^[^-/\\s][^\\s]*$"]
    ) { value, _, decoding in
        let pattern = value.value
        if pattern.hasPrefix("/") {
            decoding.badValue(
                value.range, "\(quoted(pattern)) is an absolute path", help: "write it from the step's `dir`: `./...`")
        } else if pattern.hasPrefix("-") {
            decoding.badValue(
                value.range, "\(quoted(pattern)) is a flag, and a package pattern is expected",
                help: "write a pattern such as `./...`; flags have keys of their own")
        } else if pattern.unicodeScalars.contains(where: \.properties.isWhitespace) {
            decoding.badValue(
                value.range, "\(quoted(pattern)) is not one package pattern",
                help: "write several patterns as a list, `[./cmd/..., ./internal/...]`")
        } else {
            return value
        }
        return nil
    }
}

extension Format where Value == [Located<String>] {
    static let packages: Self = Format.oneOrMany(.packagePattern, atLeast: 1)
}

extension Decoding {
    func outsideRoot(_ path: Located<String>, _ subject: Subject) {
        report(
            "pipeline/outside-root", at: path.range,
            "\(subject.phrase) must be a path inside the repository, not \(quoted(path.value))",
            help: path.value.hasPrefix("/")
                ? "write it relative to the repository's root" : "remove the `..` that lead out of the repository")
    }
}

/// `path` from the folder `base`, cleaned; nil when it is absolute or leaves the root. `.` is the root.
func pathBeneathRoot(_ path: String, from base: String = ".") -> String? {
    guard !path.hasPrefix("/") else { return nil }
    var words: [Substring] = []
    for word in base.split(separator: "/") + path.split(separator: "/") where word != "." {
        if word != ".." {
            words.append(word)
        } else if words.popLast() == nil {
            return nil
        }
    }
    return words.isEmpty ? "." : words.joined(separator: "/")
}
