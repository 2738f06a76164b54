/// Names: of steps, artifacts, services, tools, build tags, environment variables. They know spelling only.
import Diagnostics
import YAML

extension Format where Value == Located<String> {
    /// It becomes part of file names and of variables, hence the narrow alphabet.
    static let name: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"]
    ) { value, subject, decoding in
        let bytes = Array(value.value.utf8)
        if let first = bytes.first, first.isLetterOrDigit, bytes.count <= 100,
            bytes.allSatisfy({ $0.isLetterOrDigit || "_.-".utf8.contains($0) })
        {
            return value
        }
        decoding.badValue(
            value.range, "\(subject.phrase) cannot be \(quoted(value.value))",
            help: bytes.count > 100
                ? "use at most 100 characters"
                : "use letters, digits, `_`, `.` and `-`, and begin with a letter or a digit")
        return nil
    }

    /// A step's name may not look like a need for an artifact.
    static let stepName: Self = name.then { value, subject, decoding in
        guard value.value.hasPrefix("artifact.") else { return value }
        decoding.badValue(
            value.range, "\(subject.phrase) cannot be \(quoted(value.value))",
            help: "in `needs`, `artifact.NAME` is an artifact; use another name")
        return nil
    }

    /// `*` and `,` cannot be in a build tag: `go help buildconstraint`.
    static let buildTag: Self = Format.string.then(
        schema: ["type": "string", "pattern": "^[A-Za-z0-9_.]+$"]
    ) { value, subject, decoding in
        if value.value.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }) {
            return value
        }
        decoding.badValue(
            value.range, "\(quoted(value.value)) is not a build tag",
            help: "a tag has letters, digits, `_` and `.`; write several as a list, `[netgo, osusergo]`")
        return nil
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool { isLetter || isDigit }
    var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
    var isDigit: Bool { (48...57).contains(self) }
}
