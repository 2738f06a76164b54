/// Whether a linked artifact can start in its image: a static program for the right machine, or a base that has what it
/// needs. It is given the binary's bytes, and says in the repository's own terms what is in the way.
import Diagnostics
import ELF
import Go
import Pipeline
import Plan

/// Nothing when `binary`, which was linked from `artifact` for `platform`, starts in `image`. To be asked after the
/// link and before any image is made of it, by a Dockerfile with `--prebuilt` and by `pipeline image` alike.
///
/// Ids: artifact/not-elf, artifact/wrong-machine, artifact/dynamic.
package func checkStaticArtifact(
    _ binary: [UInt8], of artifact: ArtifactDeclaration, for platform: Platform, in image: ImageDeclaration,
    _ facts: Facts, file: String?, source: SourceText?
) -> [Diagnostic] {
    var findings = Findings(file: file, source: source)
    let name = "`\(artifact.name.value)` for \(platform)"
    let program: ELFFile
    do throws(ELFMistake) {
        program = try readELF(binary)
    } catch {
        findings.report(
            "artifact/not-elf", at: artifact.name.range, "\(name) cannot be put in an image: it is \(error)",
            help: "an image of linux takes what `go build` links for linux; see `-buildmode` in the artifact's GOFLAGS")
        return findings.diagnostics
    }
    guard program.type == .executable || program.type == .shared else {
        findings.report(
            "artifact/not-elf", at: artifact.name.range, "\(name) cannot be put in an image: it is no program",
            help: "take `-buildmode` out of the artifact's GOFLAGS")
        return findings.diagnostics
    }
    if let expected = machines[platform.architecture],
        expected != Machine(program.machine, program.width, program.byteOrder)
    {
        findings.report(
            "artifact/wrong-machine", at: artifact.name.range,
            "\(name) is a program for \(Machine(program.machine, program.width, program.byteOrder)), not for \(expected)",
            help: artifact.cgo
                ? "with `cgo: true` each platform needs a C compiler of its own: set CC in the artifact's `env`"
                : "link it again with `pipeline run artifact.\(artifact.name.value)`")
    }
    if !program.isStatic, !image.hasLibC || image.base.value == "scratch" {
        findings.reportDynamic(program, name, artifact, platform, image, facts)
    }
    return findings.diagnostics
}

extension Findings {
    fileprivate mutating func reportDynamic(
        _ program: ELFFile, _ name: String, _ artifact: ArtifactDeclaration, _ platform: Platform,
        _ image: ImageDeclaration, _ facts: Facts
    ) {
        let needed = (program.interpreter.map { ["the loader \($0)"] } ?? []) + program.neededLibraries
        let base = image.base.value == "scratch" ? "`scratch` has none" : "nothing says that the base has them"
        let packages = cgoPackages(artifact, platform, facts)
        var notes = packages.own.map { Diagnostic.Note("\($0) is written with cgo") }
        if !packages.standard.isEmpty {
            notes.append(
                Diagnostic.Note(
                    "\(packages.standard.map(\.name).joined(separator: " and ")) of the standard library \(packages.standard.count == 1 ? "uses" : "use") the C library where cgo is on"))
        }
        if !artifact.cgo, packages.own.isEmpty, program.neededLibraries.isEmpty {
            // Position-independent programs are started by a loader, even when they need no library.
            notes.append(Diagnostic.Note("no package uses cgo: `-buildmode=pie` and `-linkmode=external` need a loader too"))
        }
        report(
            "artifact/dynamic", at: artifact.name.range,
            "\(name) is not static: it needs \(needed.joined(separator: ", ")), and \(base)", notes: notes,
            help: help(packages, artifact, isLibrary: !program.neededLibraries.isEmpty))
    }

    private func help(_ packages: CgoPackages, _ artifact: ArtifactDeclaration, isLibrary: Bool) -> String {
        let other = "or take a base with the C library, and say so with `image: { libc: true }`"
        if packages.own.isEmpty, !isLibrary { return "take the flag out of GOFLAGS and `ldflags`, \(other)" }
        guard packages.own.isEmpty, !packages.standard.isEmpty else {
            return "build it with CGO_ENABLED=0, where these packages have pure Go to offer, \(other)"
        }
        let tags = packages.standard.map(\.tag).joined(separator: ", ")
        return artifact.cgo
            ? "remove `cgo: true`, or add `tags: [\(tags)]`, \(other)"
            : "set CGO_ENABLED to \"0\", or add `tags: [\(tags)]` to the artifact, \(other)"
    }
}

/// What of a program is linked with C.
private struct CgoPackages {
    /// Import paths, sorted.
    var own: [String] = []
    /// Those of the standard library that do without where a tag says so.
    var standard: [(name: String, tag: String)] = []
}

/// As far as the listing of its packages tells; of the standard library it has the names alone.
private func cgoPackages(_ artifact: ArtifactDeclaration, _ platform: Platform, _ facts: Facts) -> CgoPackages {
    guard let scope = facts.repository.scope(of: artifact.directory) else { return CgoPackages() }
    let keys = facts.listings.keys.filter { $0.scope == scope && $0.platform == platform && $0.tags == artifact.tags }
    guard let key = keys.first(where: \.cgo) ?? keys.first, let listing = facts.listings[key] else { return CgoPackages() }
    let packages = Dictionary(listing.map { ($0.importPath, $0) }) { first, _ in first }
    let folder = normalized(join(artifact.directory, artifact.package.value))
    let place = folder == "." ? facts.root : "\(facts.root)/\(folder)"
    var found = CgoPackages()
    var seen: Set<String> = []
    var next = listing.filter { $0.dir == place && $0.name == "main" }.map(\.importPath)
    while let path = next.popLast() {
        guard seen.insert(path).inserted, let package = packages[path], !package.standard else { continue }
        if !package.cgoFiles.isEmpty || !package.swigFiles.isEmpty || !package.swigCXXFiles.isEmpty { found.own.append(path) }
        next += package.imports
    }
    found.own.sort()
    found.standard = [("net", "netgo"), ("os/user", "osusergo")].filter { name, tag in
        packages[name] != nil && !artifact.tags.contains(tag)
    }
    return found
}

private struct Machine: Hashable, CustomStringConvertible {
    var machine: ELFMachine
    var width: ELFFile.Width
    var order: ELFFile.ByteOrder

    init(_ machine: ELFMachine, _ width: ELFFile.Width, _ order: ELFFile.ByteOrder) {
        self.machine = machine
        self.width = width
        self.order = order
    }

    /// "MIPS (32 bits, big-endian)"; the plain name where it says all.
    var description: String {
        switch machine {
        case .mips, .powerPC64, .riscV:
            "\(machine) (\(width == .bits32 ? 32 : 64) bits, \(order == .bigEndian ? "big" : "little")-endian)"
        default: "\(machine)"
        }
    }
}

/// By GOARCH, those of linux: `go tool dist list`.
private let machines: [String: Machine] = [
    "386": Machine(.x86, .bits32, .littleEndian),
    "amd64": Machine(.x86_64, .bits64, .littleEndian),
    "arm": Machine(.arm, .bits32, .littleEndian),
    "arm64": Machine(.aarch64, .bits64, .littleEndian),
    "loong64": Machine(.loongArch, .bits64, .littleEndian),
    "mips": Machine(.mips, .bits32, .bigEndian),
    "mipsle": Machine(.mips, .bits32, .littleEndian),
    "mips64": Machine(.mips, .bits64, .bigEndian),
    "mips64le": Machine(.mips, .bits64, .littleEndian),
    "ppc64": Machine(.powerPC64, .bits64, .bigEndian),
    "ppc64le": Machine(.powerPC64, .bits64, .littleEndian),
    "riscv64": Machine(.riscV, .bits64, .littleEndian),
    "s390x": Machine(.s390, .bits64, .bigEndian),
]
