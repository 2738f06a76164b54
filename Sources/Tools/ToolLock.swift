/// What each pinned tool is built from, as a file beside the pipeline file has it; it knows texts, and asks nobody.
///
/// One block a tool, sorted, blank lines between: two branches that pin different tools merge without a conflict.
///
///     tool example.com/shout v1.2.0
///         module example.com/shout
///         go 1.24
///         require example.com/shout v1.2.0
///         sum example.com/shout v1.2.0 h1:…
///         sum example.com/shout v1.2.0/go.mod h1:…
///
/// A program that is no Go module has a block for each platform: `binary protoc linux/amd64`, `url …`, `sha256 …`. So has
/// a Go that was fetched: `toolchain go1.27.3 linux/amd64`, `sum h1:…` of its module.
import Diagnostics
import Go
import Plan

/// One tool at one version: the module that it belongs to, and everything that its build may use.
package struct LockedTool: Hashable, Sendable {
    /// Import path of its main package.
    package var package: String
    package var version: String
    /// The module that has the package, at the same version.
    package var module: String
    /// The least Go that builds it, as a `go` line says it.
    package var goVersion: String
    /// The modules that are built together; sorted.
    package var requirements: [ModuleVersion]
    /// Lines of a go.sum; sorted.
    package var sums: [String]

    package init(
        package: String, version: String, module: String, goVersion: String, requirements: [ModuleVersion], sums: [String]
    ) {
        self.package = package
        self.version = version
        self.module = module
        self.goVersion = goVersion
        self.requirements = requirements
        self.sums = sums
    }

    package var demand: String { "\(package)@\(version)" }

    /// Of the module's content, `h1:…`.
    package var hash: String {
        let start = "\(module) \(version) "
        return sums.first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.utf8.count)) } ?? ""
    }

    /// The module in which it is built.
    package var toolModule: ToolModule {
        var text = "module pinned\n\ngo \(goVersion)\n\nrequire (\n"
        for requirement in requirements { text += "\t\(requirement.path) \(requirement.version) // indirect\n" }
        return ToolModule(goMod: text + ")\n", goSum: sums.map { "\($0)\n" }.joined(), hash: hash)
    }
}

extension LockedTool {
    /// Of the go.mod and go.sum that `go get PACKAGE@VERSION` left in a module without anything else. Nil when no
    /// module in them has the package at that version, or its hash is not there.
    package init?(package: String, version: String, goMod: String, goSum: String) {
        let file = GoModFile.parse(SourceText(file: "go.mod", text: goMod)).file
        let owner = file.requires.filter { required in
            required.version == version && (package == required.path || package.hasPrefix("\(required.path)/"))
        }.max { $0.path.utf8.count < $1.path.utf8.count }
        guard let owner, let goVersion = file.goVersion?.value else { return nil }
        self.init(
            package: package, version: version, module: owner.path, goVersion: goVersion,
            requirements: file.requires.map { ModuleVersion(path: $0.path, version: $0.version) }
                .sorted { $0.description < $1.description },
            sums: Set(goSum.split(separator: "\n").map(String.init)).sorted())
        if hash.isEmpty { return nil }
    }
}

/// A program that is no Go module, as it was pinned for one platform.
package struct LockedBinary: Hashable, Sendable {
    package var name: String
    package var platform: String
    package var url: String
    /// Of what is fetched, in hexadecimal.
    package var sha256: String

    package init(name: String, platform: String, url: String, sha256: String) {
        self.name = name
        self.platform = platform
        self.url = url
        self.sha256 = sha256
    }

    /// What the hash is that of.
    package var demand: String { "\(name) \(platform) \(url)" }
}

/// A Go that is fetched, for one platform.
package struct LockedToolchain: Hashable, Sendable {
    /// `1.27.3`.
    package var release: String
    package var platform: String
    /// Of the module golang.org/toolchain, `h1:…`.
    package var hash: String

    package init(release: String, platform: String, hash: String) {
        self.release = release
        self.platform = platform
        self.hash = hash
    }

    package var demand: String { "go\(release) \(platform)" }
}

package struct ToolLock: Sendable {
    package var tools: [LockedTool] = []
    package var binaries: [LockedBinary] = []
    package var toolchains: [LockedToolchain] = []
    /// Where each of them begins, when they were read, by demand.
    package var places: [String: SourceRange] = [:]

    package init() {}

    package subscript(demand: String) -> LockedTool? { tools.first { $0.demand == demand } }

    /// Takes the place of what was known of the same package at the same version.
    package mutating func put(_ tool: LockedTool) {
        tools.removeAll { $0.demand == tool.demand }
        tools.append(tool)
    }

    package subscript(binary demand: String) -> LockedBinary? { binaries.first { $0.demand == demand } }

    package mutating func put(_ binary: LockedBinary) {
        binaries.removeAll { $0.demand == binary.demand }
        binaries.append(binary)
    }

    package func toolchain(_ release: String, _ platform: String) -> LockedToolchain? {
        toolchains.first { $0.release == release && $0.platform == platform }
    }

    package mutating func put(_ toolchain: LockedToolchain) {
        toolchains.removeAll { $0.demand == toolchain.demand }
        toolchains.append(toolchain)
    }

    package var isEmpty: Bool { tools.isEmpty && binaries.isEmpty && toolchains.isEmpty }

    /// The same text for the same tools, in whatever order they came.
    package var text: String {
        let blocks = tools.sorted { $0.demand < $1.demand }.map { tool in
            var lines = ["tool \(tool.package) \(tool.version)", "module \(tool.module)", "go \(tool.goVersion)"]
            lines += tool.requirements.map { "require \($0.path) \($0.version)" }
            lines += tool.sums.map { "sum \($0)" }
            return lines.joined(separator: "\n\t") + "\n"
        }
        let programs = binaries.sorted { $0.demand < $1.demand }.map { binary in
            "binary \(binary.name) \(binary.platform)\n\turl \(binary.url)\n\tsha256 \(binary.sha256)\n"
        }
        let gos = toolchains.sorted { $0.demand < $1.demand }.map { toolchain in
            "toolchain go\(toolchain.release) \(toolchain.platform)\n\tsum \(toolchain.hash)\n"
        }
        return ([header] + gos + programs + blocks).joined(separator: "\n")
    }
}

private let header = "# What the tools of the pipeline file are built from. Made by `pipeline tool`: commit it, do not edit it.\n"

/// `pipeline.yaml` has `pipeline.lock`, and `pipelines/nightly.yaml` has `pipelines/nightly.lock`.
package func lockFile(ofPipeline file: String) -> String {
    let name = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    return "\(name).lock"
}
