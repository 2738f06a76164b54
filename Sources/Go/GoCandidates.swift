/// Where a Go may be, and which of those will do; it looks at files and starts nothing itself.
import Diagnostics

package enum GoRequirement: Hashable, Sendable {
    case exact(GoVersion)
    case atLeast(GoVersion)
    case any

    package func accepts(_ version: GoVersion) -> Bool {
        switch self {
        case .exact(let wanted): version == wanted
        case .atLeast(let wanted): version >= wanted
        case .any: true
        }
    }

    /// The release that meets it best, `1.27.3`; nil when any will do. From 1.21 on the first release of a language
    /// version has a zero of its own.
    package var release: String? {
        switch self {
        case .exact(let version): "\(version)"
        case .atLeast(let version):
            version == GoVersion(version.language) && version >= GoVersion("1.21")! ? "\(version).0" : "\(version)"
        case .any: nil
        }
    }
}

/// A file that seems to be the go command.
package struct GoCandidate: Hashable, Sendable {
    /// An absolute path, as found: links are not resolved, since some launchers look at their own name.
    package var executable: String
    /// What the VERSION file beside it says: `1.27.3`. Nil when there is none, so that it has to be asked.
    package var claimedVersion: String?

    package init(executable: String, claimedVersion: String? = nil) {
        self.executable = executable
        self.claimedVersion = claimedVersion
    }
}

/// The Gos of a machine, best first: those of the folders in `path`, then where installers put them: the wanted
/// `version` (`1.27.3`) under `home`/sdk, or all that are there when any will do, /usr/local/go, /usr/lib/go-1.N. Each is named once, by its first path.
/// `root` stands before the system's own folders.
package func goCandidates(path: [String], home: String?, version: String?, root: String = "") -> [GoCandidate] {
    var places = path.filter { $0.hasPrefix("/") }
    if let home {
        places += version.map { ["\(home)/sdk/go\($0)/bin"] } ?? releases(in: "\(home)/sdk", prefix: "go")
    }
    places.append("\(root)/usr/local/go/bin")
    places += releases(in: "\(root)/usr/lib", prefix: "go-")

    var seen: Set<String> = []
    return places.compactMap { folder in
        let executable = folder.hasSuffix("/") ? "\(folder)go" : "\(folder)/go"
        guard isExecutableFile(executable), let file = resolvedPath(executable), seen.insert(file).inserted else {
            return nil
        }
        return GoCandidate(executable: executable, claimedVersion: claimedVersion(of: file))
    }
}

/// The `bin` folders of the releases in a folder, latest first.
private func releases(in folder: String, prefix: String) -> [String] {
    names(inFolder: folder)
        .compactMap { name in
            name.hasPrefix(prefix) ? GoVersion(String(name.dropFirst(prefix.count))).map { (name, $0) } : nil
        }
        .sorted { $0.1 > $1.1 }
        .map { "\(folder)/\($0.0)/bin" }
}

/// From GOROOT/VERSION, when `file` is GOROOT/bin/go.
private func claimedVersion(of file: String) -> String? {
    let parts = file.split(separator: "/")
    guard parts.count >= 2, parts[parts.count - 2] == "bin" else { return nil }
    let root = "/" + parts.dropLast(2).joined(separator: "/")
    return firstLine(ofFile: "\(root)/VERSION").flatMap(releaseName)
}

package enum GoChoice: Hashable, Sendable {
    case found(GoCandidate)
    /// There are Gos, in the order looked at; none will do.
    case wrong([Rejected])
    case absent

    package struct Rejected: Hashable, Sendable {
        package var path: String
        package var version: String

        package init(path: String, version: String) {
            self.path = path
            self.version = version
        }
    }
}

/// The first candidate that meets the requirement. `ask` is called only for those that claim no version; its nil
/// means that the file is no working Go.
package func chooseGo(
    _ requirement: GoRequirement, among candidates: [GoCandidate], ask: (GoCandidate) async -> String?
) async -> GoChoice {
    var rejected: [GoChoice.Rejected] = []
    for candidate in candidates {
        var version = candidate.claimedVersion
        if version == nil { version = await ask(candidate) }
        guard let version else { continue }
        if requirement == .any || GoVersion(version).map(requirement.accepts) == true { return .found(candidate) }
        rejected.append(GoChoice.Rejected(path: candidate.executable, version: version))
    }
    return rejected.isEmpty ? .absent : .wrong(rejected)
}

extension GoChoice {
    /// What to tell the user; nil when a Go was found. `pin` is the text that makes the requirement and where. Ids:
    /// go/absent, go/wrong-version.
    package func diagnostic(
        wanting requirement: GoRequirement, pin: (source: SourceText, range: SourceRange)? = nil
    ) -> Diagnostic? {
        let (id, found): (String, String)
        switch self {
        case .found: return nil
        case .absent: (id, found) = ("go/absent", "there is no Go on PATH, nor where installers put it")
        case .wrong(let rejected):
            let list = rejected.map { "Go \($0.version) (\($0.path))" }
            (id, found) = ("go/wrong-version", "this machine has \(list.joined(separator: ", "))")
        }
        let message: String
        let help: String
        switch requirement {
        case .exact(let version):
            message = "this pipeline wants Go \(version), and \(found)"
            help = "\(installation(of: "\(version)", alongside: self != .absent)), or change the pin"
        case .atLeast(let version):
            message = "this pipeline wants Go \(version) or later, and \(found)"
            help = "\(installation(of: requirement.release ?? "\(version)", alongside: self != .absent)), or a later one, and put it on PATH"
        case .any:
            message = "this pipeline wants Go, and \(found)"
            help = "install Go, with your package manager for instance, and put it on PATH"
        }
        guard let pin else { return Diagnostic(id: id, message: message, help: help) }
        return pin.source.diagnostic(id, at: pin.range, message, help: help)
    }

    /// The first puts it where `goCandidates` looks for it.
    private func installation(of version: String, alongside: Bool) -> String {
        alongside
            ? "get it with `go install golang.org/dl/go\(version)@latest && go\(version) download`"
            : "unpack the archive of Go \(version) into ~/sdk/go\(version), or install it with your package manager"
    }
}
