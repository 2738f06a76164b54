/// What a pipeline file says, as values; it knows the user's words, not how they are carried out.
import Diagnostics

package struct Pipeline: Sendable {
    /// The file's path relative to the repository's root; nil when the pipeline was inferred.
    package var file: String?
    package var name: String
    package var go: GoSettings
    package var tools: ToolDeclarations
    /// Tools that are no Go modules.
    package var binaries: [BinaryPin] = []
    package var secrets: [SecretDeclaration] = []
    package var artifacts: [ArtifactDeclaration]
    package var steps: [Step]
    package var image: ImageDeclaration?
    package var cache: CacheSettings
    package var audit: AuditSettings
    /// Of artifacts, and of steps that say nothing of it.
    package var sandbox = SandboxMode.off

    package init(
        file: String? = nil, name: String, go: GoSettings = GoSettings(), tools: ToolDeclarations = .none,
        artifacts: [ArtifactDeclaration] = [], steps: [Step] = [], image: ImageDeclaration? = nil,
        cache: CacheSettings = CacheSettings(), audit: AuditSettings = AuditSettings()
    ) {
        self.file = file
        self.name = name
        self.go = go
        self.tools = tools
        self.artifacts = artifacts
        self.steps = steps
        self.image = image
        self.cache = cache
        self.audit = audit
    }
}

/// `go:`: the toolchain and the policy under which modules are fetched.
package struct GoSettings: Sendable {
    package enum Version: Hashable, Sendable {
        /// Exactly this release, as `go version` names it without its `go`: `1.27.3`.
        case exact(String)
        /// The `toolchain` line of go.mod, else any Go that satisfies its `go` line.
        case goMod
    }

    package var version: Located<Version>?
    /// Whether a pinned Go that is not installed is fetched.
    package var fetches = false
    /// GOPROXY; nil leaves the go command's own default.
    package var proxy: Template?
    /// GOSUMDB; nil leaves the go command's own default.
    package var sumdb: String?
    /// GOPRIVATE patterns.
    package var `private`: [String]
    /// Variables that every step sees, e.g. CGO_ENABLED or GOFLAGS.
    package var env: [EnvironmentEntry]

    package init(
        version: Located<Version>? = nil, proxy: Template? = nil, sumdb: String? = nil, private: [String] = [],
        env: [EnvironmentEntry] = []
    ) {
        self.version = version
        self.proxy = proxy
        self.sumdb = sumdb
        self.private = `private`
        self.env = env
    }
}

package struct EnvironmentEntry: Sendable {
    package var name: Located<String>
    package var value: Template

    package init(name: Located<String>, value: Template) {
        self.name = name
        self.value = value
    }
}

/// `tools:`: where the pinned tools are named.
package enum ToolDeclarations: Sendable {
    case none
    /// `tools: go.mod`: its `tool` lines.
    case goMod(SourceRange)
    /// The `tool` lines of a file of its own beside go.mod, which the go command is pointed to by `-modfile`; relative
    /// to the root.
    case modFile(Located<String>)
    /// Pinned here, in file order.
    case pinned([ToolPin])
}

/// A demand for one version of one tool.
package struct ToolPin: Hashable, Sendable {
    package var name: Located<String>
    /// Import path of its main package.
    package var package: String
    /// A semantic version, e.g. `v0.7.0`; never a branch, never `latest`.
    package var version: String
    package var range: SourceRange

    package init(name: Located<String>, package: String, version: String, range: SourceRange) {
        self.name = name
        self.package = package
        self.version = version
        self.range = range
    }
}

/// A tool that is fetched as a program, for some platforms.
package struct BinaryPin: Hashable, Sendable {
    package struct Download: Hashable, Sendable {
        package var platform: Located<Platform>
        /// `https://…`, `http://…` or `file:///…`.
        package var url: String
        /// Of what is fetched, in hexadecimal.
        package var sha256: String
        /// The program's place when that is an archive.
        package var path: String?
        /// Where the values stand, quotes included.
        package var urlRange: SourceRange
        package var sha256Range: SourceRange
        package var pathRange: SourceRange?

        package init(
            platform: Located<Platform>, url: Located<String>, sha256: Located<String>, path: Located<String>?
        ) {
            self.platform = platform
            (self.url, urlRange) = (url.value, url.range)
            (self.sha256, sha256Range) = (sha256.value, sha256.range)
            (self.path, pathRange) = (path?.value, path?.range)
        }
    }

    package var name: Located<String>
    package var downloads: [Download]

    package init(name: Located<String>, downloads: [Download]) {
        self.name = name
        self.downloads = downloads
    }
}

/// `secrets: NAME:`: what only the steps that name it are given, and no output shows.
package struct SecretDeclaration: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// A variable of whoever starts pipeline.
        case variable
        /// A file outside of the repository: absolute, or `~/…`.
        case file(String)
    }

    package var name: Located<String>
    package var source: Source
    /// Where steps find the value, or the path of its file.
    package var variable: String

    package init(name: Located<String>, source: Source, variable: String) {
        self.name = name
        self.source = source
        self.variable = variable
    }
}

/// `artifacts: NAME:`: a binary that is linked once per platform.
package struct ArtifactDeclaration: Sendable {
    package var name: Located<String>
    /// The main package, as a path relative to `directory`: `./cmd/server`.
    package var package: Located<String>
    /// Relative to the repository's root; `.` unless `dir:` says otherwise.
    package var directory: String
    /// Empty means the machine's own.
    package var platforms: [Located<Platform>]
    package var ldflags: Template?
    package var tags: [String]
    package var cgo: Bool
    /// Also put here after a green run, relative to the root: `output: bin/server`.
    package var output: Located<String>?
    package var env: [EnvironmentEntry]

    package init(
        name: Located<String>, package: Located<String>, directory: String = ".", platforms: [Located<Platform>] = [],
        ldflags: Template? = nil, tags: [String] = [], cgo: Bool = false, output: Located<String>? = nil,
        env: [EnvironmentEntry] = []
    ) {
        self.name = name
        self.package = package
        self.directory = directory
        self.platforms = platforms
        self.ldflags = ldflags
        self.tags = tags
        self.cgo = cgo
        self.output = output
        self.env = env
    }
}

/// GOOS/GOARCH, e.g. `linux/amd64`.
package struct Platform: Hashable, Sendable, CustomStringConvertible {
    package var os: String
    package var architecture: String

    package init(os: String, architecture: String) {
        self.os = os
        self.architecture = architecture
    }

    /// Nil unless `text` is two non-empty words of lower-case letters and digits around one slash.
    package init?(_ text: String) {
        let words = text.split(separator: "/", omittingEmptySubsequences: false)
        guard words.count == 2,
            words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (97...122) ~= $0 || (48...57) ~= $0 } })
        else { return nil }
        self.init(os: String(words[0]), architecture: String(words[1]))
    }

    package var description: String { "\(os)/\(architecture)" }
}

/// `cache:`: the bounds of the store; nil leaves the standard ones.
package struct CacheSettings: Hashable, Sendable {
    /// In bytes.
    package var maxSize: Int?
    /// Since the last use, in seconds.
    package var maxAge: Int?

    package init(maxSize: Int? = nil, maxAge: Int? = nil) {
        self.maxSize = maxSize
        self.maxAge = maxAge
    }
}

/// `audit:`: what the review of the repository lets pass.
package struct AuditSettings: Hashable, Sendable {
    /// The least severity that is red; nil means warning.
    package var failOn: Diagnostic.Severity?
    /// A file, relative to the repository's root.
    package var baseline: Located<String>?
    /// In file order.
    package var allow: [AllowedFindings]

    package init(failOn: Diagnostic.Severity? = nil, baseline: Located<String>? = nil, allow: [AllowedFindings] = []) {
        self.failOn = failOn
        self.baseline = baseline
        self.allow = allow
    }
}

/// Findings of one rule in files that match one path, which are right there.
package struct AllowedFindings: Hashable, Sendable {
    package var rule: Located<String>
    /// A `Glob`.
    package var path: Located<String>
    package var reason: String

    package init(rule: Located<String>, path: Located<String>, reason: String) {
        self.rule = rule
        self.path = path
        self.reason = reason
    }
}
