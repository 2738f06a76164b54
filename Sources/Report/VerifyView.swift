/// What a second build came to, for people and for programs; it knows no binary.
import Diagnostics

/// One thing that the second build had otherwise, or could not have.
package struct Variation: Sendable, Hashable {
    package var name: String
    package var first: String
    /// How it was for the second build; nil when it was the same.
    package var second: String?
    /// Why it was the same.
    package var reason: String?

    package init(_ name: String, _ first: String, _ second: String) {
        self.name = name
        self.first = first
        self.second = second
    }

    package init(_ name: String, _ first: String, unvaried reason: String) {
        self.name = name
        self.first = first
        self.reason = reason
    }
}

package struct VerifyReport: Sendable {
    package enum Status: String, Sendable {
        case equal
        case different
        /// Equal, but the binary says itself that no commit has what it is made of.
        case unrepeatable
    }

    /// One binary: an artifact for a platform.
    package struct Binary: Sendable {
        package var artifact: String
        package var platform: String
        package var status: Status
        /// `sha256:…`
        package var first: String
        package var second: String
        package var causes: [Diagnostic]

        package init(
            artifact: String, platform: String, status: Status, first: String, second: String, causes: [Diagnostic]
        ) {
            self.artifact = artifact
            self.platform = platform
            self.status = status
            self.first = first
            self.second = second
            self.causes = causes
        }
    }

    package var binaries: [Binary]
    /// What the second binary is: `elsewhere`, or what it was taken from.
    package var second: String
    /// Empty when nothing was built.
    package var variations: [Variation]
    /// Steps that made files anew.
    package var generators: [String]

    package init(binaries: [Binary], second: String, variations: [Variation] = [], generators: [String] = []) {
        self.binaries = binaries
        self.second = second
        self.variations = variations
        self.generators = generators
    }

    package var isEqual: Bool { binaries.allSatisfy { $0.status == .equal } }
}

package func renderVerify(_ report: VerifyReport) -> String {
    var lines: [String] = []
    let width = max("here".count, report.second.count)
    func side(_ name: String, _ digest: String) -> String {
        "  \(name)\(String(repeating: " ", count: width - name.count))  \(digest)"
    }
    for binary in report.binaries {
        lines.append("\(binary.artifact) \(binary.platform): \(binary.status.rawValue)")
        lines += [side("here", binary.first), side(report.second, binary.second)]
    }
    if !report.variations.isEmpty {
        lines.append("varied:")
        for variation in report.variations {
            if let second = variation.second { lines.append("  \(variation.name): \(variation.first) -> \(second)") }
        }
        if !report.generators.isEmpty { lines.append("  generated files: made anew by \(report.generators.joined(separator: ", "))") }
        lines.append("not varied:")
        for variation in report.variations {
            if let reason = variation.reason { lines.append("  \(variation.name): \(reason)") }
        }
    }
    return lines.joined(separator: "\n") + "\n"
}

package func renderVerifyJSON(_ report: VerifyReport) -> String {
    let binaries = report.binaries.map { binary in
        JSON.object([
            ("artifact", .string(binary.artifact)), ("platform", .string(binary.platform)),
            ("status", .string(binary.status.rawValue)), ("digest", .string(binary.first)),
            ("other_digest", .string(binary.second)), ("causes", .array(binary.causes.map { JSON($0) })),
        ])
    }
    let variations = report.variations.map { variation in
        JSON.object([
            ("name", .string(variation.name)), ("first", .string(variation.first)), ("second", JSON(variation.second)),
            ("reason", JSON(variation.reason)),
        ])
    }
    return JSON.object([
        ("version", .number(1)), ("status", report.isEqual ? "equal" : "different"), ("compared_with", .string(report.second)),
        ("binaries", .array(binaries)), ("variations", .array(variations)),
        ("generators", .array(report.generators.map { JSON.string($0) })),
    ]).text + "\n"
}
