/// A question to the go command that got no answer, and what its best-known complaints mean; it starts nothing.

/// `cause` holds the go command's own words, or the system's.
package struct GoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked: `go list -deps ./...`.
    package var operation: String
    package var cause: String

    package init(operation: String, cause: String) {
        self.operation = operation
        self.cause = cause
    }

    package var complaint: GoComplaint { explain(cause)?.complaint ?? .other }
    package var help: String? { explain(cause)?.help }
    package var description: String { "\(operation): \(cause)" }
}

/// What the go command objects to, as far as its words are known.
package enum GoComplaint: String, Hashable, Sendable, CaseIterable {
    /// go.sum lacks a hash that is needed.
    case missingGoSumEntry
    /// An import of a package that no line of go.mod brings in.
    case noRequiredModule
    /// A module is not what go.sum, or the checksum database, says it is.
    case checksumMismatch
    /// A module is not in the module cache and GOPROXY=off forbids fetching it.
    case lookupDisabled
    /// go.mod, or a dependency, wants a newer Go than the one that runs.
    case goTooOld
    /// vendor/ and go.mod disagree, or vendor/ lacks a package.
    case inconsistentVendoring
    /// go.mod lists too little or in a form that `go mod tidy` would change.
    case goModOutdated
    /// go.work names an older Go than one of its modules.
    case goWorkOutdated
    /// The folder belongs to no module, or to none of the workspace's.
    case noMainModule
    /// The proxy knows no such module or version.
    case unknownModule
    /// The proxy cannot be reached.
    case proxyUnreachable
    /// git refuses to say what the checkout is.
    case versionControl
    /// cgo is needed and off, or has no C compiler.
    case cgoUnavailable
    case other
}

/// What `output` of the go command complains of, and what to do; nil when the words are not known.
package func explain(_ output: String) -> (complaint: GoComplaint, help: String)? {
    for (complaint, phrases) in knownPhrases where phrases.contains(where: output.contains) {
        return (complaint, complaint.help)
    }
    return nil
}

/// In the order of what to mend first: a message may hold several phrases.
private let knownPhrases: [(GoComplaint, [String])] = [
    (.checksumMismatch, ["checksum mismatch", "SECURITY ERROR"]),
    // Said with "requires go >= " too, but not of the Go that runs.
    (.goWorkOutdated, ["but go.work lists go", "updates to go.work needed"]),
    (.goTooOld, ["requires go >= ", "requires newer Go version"]),
    (.inconsistentVendoring, ["inconsistent vendoring", "import lookup disabled by -mod=vendor"]),
    (.missingGoSumEntry, ["missing go.sum entry", "updates to go.sum needed"]),
    (.goModOutdated, ["updates to go.mod needed"]),
    (.noRequiredModule, ["no required module provides package", "cannot find module providing package"]),
    (.lookupDisabled, ["module lookup disabled by GOPROXY=off"]),
    (
        .noMainModule,
        [
            "go.mod file not found", "cannot find main module", "does not contain main module",
            "does not contain modules listed in go.work", "is not one of the workspace modules",
            "no module declaration in go.mod",
        ]
    ),
    (.proxyUnreachable, ["dial tcp", "no such host", "connection refused", "i/o timeout", "TLS handshake"]),
    (
        .unknownModule,
        [
            "404 Not Found", "410 Gone", "unknown revision", ".mod: no such file or directory",
            ".info: no such file or directory", ".zip: no such file or directory",
        ]
    ),
    (.versionControl, ["error obtaining VCS status"]),
    (.cgoUnavailable, ["requires cgo", "cgo: C compiler", "build constraints exclude all Go files"]),
]

extension GoComplaint {
    /// What the user can do about it.
    package var help: String {
        switch self {
        case .missingGoSumEntry: "run `go mod tidy` and commit go.sum (in a workspace, go.work.sum too)"
        case .noRequiredModule: "run `go get` for the package, or `go mod tidy`, and commit go.mod and go.sum"
        case .checksumMismatch:
            "do not run what was downloaded: find out who changed the module; only if the change is meant, "
                + "remove its lines from go.sum and run `go mod tidy`"
        case .lookupDisabled:
            "let the download step fetch modules: GOPROXY is off for this one, and the module cache lacks it"
        case .goTooOld: "pin a newer Go in the pipeline file, or lower the `go` line or the dependency that asks for it"
        case .inconsistentVendoring: "run `go mod vendor` (in a workspace `go work vendor`) and commit vendor/"
        case .goModOutdated: "run `go mod tidy` and commit go.mod and go.sum"
        case .goWorkOutdated: "run `go work use` and commit go.work"
        case .noMainModule: "run in a folder of a module, or add the module to go.work with `go work use`"
        case .unknownModule: "check the module's path and version, and GOPRIVATE if it is a private one"
        case .proxyUnreachable: "check the network and `go: proxy:`"
        case .versionControl: "build with -buildvcs=false, or let git trust the checkout (`git config safe.directory`)"
        case .cgoUnavailable: "say `cgo: true` and have a C compiler installed, or leave out what needs cgo"
        case .other: "read the go command's message"
        }
    }
}
