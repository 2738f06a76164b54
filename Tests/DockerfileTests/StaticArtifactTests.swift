/// What is said of a linked file before an image is made of it; the files are made by hand, of the parts that count.
import Diagnostics
import Dockerfile
import Go
import Pipeline
import Plan
import Testing

@Suite struct StaticArtifactTests {
    private func messages(
        _ binary: [UInt8], _ pipeline: String, platform: String = "linux/amd64", packages: [GoPackage] = []
    ) throws -> [String] {
        let source = SourceText(file: "pipeline.yaml", text: "version: 1\n" + pipeline)
        let decoded = try #require(decodePipeline(source).pipeline)
        var facts = Repository(name: "static", pipeline: "", files: ["go.mod": goMod("app"), "main.go": ""]).facts
        for key in listingKeys(decoded, facts) { facts.listings[key] = packages }
        let diagnostics = checkStaticArtifact(
            binary, of: decoded.artifacts[0], for: try #require(Platform(platform)), in: try #require(decoded.image), facts,
            file: "pipeline.yaml", source: source)
        return diagnostics.flatMap { diagnostic in
            ["\(diagnostic.range!.start.line):\(diagnostic.range!.start.column): \(diagnostic.id): \(diagnostic.message)"]
                + diagnostic.notes.map { "note: \($0.message)" } + (diagnostic.help.map { ["help: \($0)"] } ?? [])
        }
    }

    private let plain = "artifacts: { app: . }\nimage: { artifact: app }"
    private let withCgo = "artifacts: { app: { build: ., cgo: true } }\nimage: { artifact: app }"
    private let loader = "/lib64/ld-linux-x86-64.so.2"

    private func package(_ path: String, _ imports: [String] = [], cgo: Bool = false, standard: Bool = false) -> GoPackage {
        var package = GoPackage(importPath: path)
        package.dir = standard ? "" : path == "example.com/app" ? "/repository" : "/repository/\(path)"
        package.name = path == "example.com/app" ? "main" : "x"
        package.imports = imports
        package.standard = standard
        if cgo { package.files[.cgo] = ["x.go"] }
        return package
    }

    @Test func staticIsRight() throws {
        #expect(try messages(program(), plain) == [])
        #expect(try messages(program(machine: 183), plain, platform: "linux/arm64") == [])
        // Cgo may be linked statically.
        #expect(try messages(program(), withCgo) == [])
    }

    @Test func anythingElseIsNone() throws {
        #expect(
            try messages(Array("#!/bin/sh\n".utf8), plain) == [
                "2:14: artifact/not-elf: `app` for linux/amd64 cannot be put in an image: it is not an ELF file",
                "help: an image of linux takes what `go build` links for linux; see `-buildmode` in the artifact's GOFLAGS",
            ])
        #expect(
            try messages(program(type: 1), plain) == [
                "2:14: artifact/not-elf: `app` for linux/amd64 cannot be put in an image: it is no program",
                "help: take `-buildmode` out of the artifact's GOFLAGS",
            ])
    }

    @Test func anotherMachine() throws {
        #expect(
            try messages(program(), plain, platform: "linux/arm64") == [
                "2:14: artifact/wrong-machine: `app` for linux/arm64 is a program for x86-64, not for AArch64",
                "help: link it again with `pipeline run artifact.app`",
            ])
        #expect(
            try messages(program(machine: 21), withCgo, platform: "linux/ppc64") == [
                "2:14: artifact/wrong-machine: `app` for linux/ppc64 is a program for PowerPC 64 (64 bits, little-endian), not for PowerPC 64 (64 bits, big-endian)",
                "help: with `cgo: true` each platform needs a C compiler of its own: set CC in the artifact's `env`",
            ])
    }

    @Test func cgoOfTheStandardLibrary() throws {
        let packages = [
            package("example.com/app", ["net/http"]), package("net", standard: true), package("os/user", standard: true),
        ]
        let message =
            "2:14: artifact/dynamic: `app` for linux/amd64 is not static: it needs the loader \(loader), libc.so.6, and `scratch` has none"
        #expect(
            try messages(program(loader: loader, libraries: ["libc.so.6"]), withCgo, packages: packages) == [
                message, "note: net and os/user of the standard library use the C library where cgo is on",
                "help: remove `cgo: true`, or add `tags: [netgo, osusergo]`, or take a base with the C library, and say so with `image: { libc: true }`",
            ])
        let tagged = withCgo.replacing("cgo: true", with: "cgo: true, tags: [netgo]")
        #expect(
            try messages(program(loader: loader, libraries: ["libc.so.6"]), tagged, packages: packages) == [
                message, "note: os/user of the standard library uses the C library where cgo is on",
                "help: remove `cgo: true`, or add `tags: [osusergo]`, or take a base with the C library, and say so with `image: { libc: true }`",
            ])
    }

    /// Only what the program is made of counts.
    @Test func cgoOfPackages() throws {
        let packages = [
            package("example.com/app", ["example.com/a", "net"]), package("example.com/a", ["example.com/sqlite"], cgo: true),
            package("example.com/sqlite", cgo: true), package("example.com/other", cgo: true), package("net", standard: true),
        ]
        #expect(
            try messages(program(loader: loader, libraries: ["libm.so.6", "libc.so.6"]), withCgo, packages: packages) == [
                "2:14: artifact/dynamic: `app` for linux/amd64 is not static: it needs the loader \(loader), libm.so.6, libc.so.6, and `scratch` has none",
                "note: example.com/a is written with cgo", "note: example.com/sqlite is written with cgo",
                "note: net of the standard library uses the C library where cgo is on",
                "help: build it with CGO_ENABLED=0, where these packages have pure Go to offer, or take a base with the C library, and say so with `image: { libc: true }`",
            ])
    }

    @Test func positionIndependent() throws {
        #expect(
            try messages(program(loader: loader), plain) == [
                "2:14: artifact/dynamic: `app` for linux/amd64 is not static: it needs the loader \(loader), and `scratch` has none",
                "note: no package uses cgo: `-buildmode=pie` and `-linkmode=external` need a loader too",
                "help: take the flag out of GOFLAGS and `ldflags`, or take a base with the C library, and say so with `image: { libc: true }`",
            ])
    }

    @Test func aBaseWithTheCLibrary() throws {
        let base = "base: \"debian@sha256:\(String(repeating: "ab", count: 32))\""
        let binary = program(loader: loader, libraries: ["libc.so.6"])
        #expect(try messages(binary, withCgo.replacing("artifact: app", with: "artifact: app, libc: true, \(base)")) == [])
        let unsaid = try messages(binary, withCgo.replacing("artifact: app", with: "artifact: app, \(base)"))
        #expect(unsaid.first?.hasSuffix("and nothing says that the base has them") == true)
        // Scratch has none, whatever is said.
        #expect(try messages(binary, withCgo.replacing("artifact: app", with: "artifact: app, libc: true")).count > 0)
    }
}

/// A file of 64 bits, little-endian, with what is asked for and nothing else.
private func program(machine: UInt8 = 62, type: UInt8 = 2, loader: String? = nil, libraries: [String] = []) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let interpreter: [UInt8] = loader.map { Array($0.utf8) + [0] } ?? []
    var (strings, dynamic): ([UInt8], [UInt8]) = ([0], [])
    for library in libraries {
        dynamic += number(1, 8) + number(strings.count, 8)
        strings += Array(library.utf8) + [0]
    }
    let content = 64 + 3 * 56
    dynamic += number(5, 8) + number(content + interpreter.count, 8) + number(10, 8) + number(strings.count, 8) + number(0, 16)
    func segment(_ kind: Int, _ offset: Int, _ size: Int) -> [UInt8] {
        // Each is loaded where it is in the file.
        number(kind, 4) + number(0, 4) + number(offset, 8) + number(offset, 8) + number(offset, 8) + number(size, 8)
            + number(size, 8) + number(8, 8)
    }
    let size = content + interpreter.count + strings.count + dynamic.count
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
    file += [type, 0, machine, 0] + number(1, 4) + number(0, 8) + number(64, 8) + number(0, 8) + number(0, 4)
    file += number(64, 2) + number(56, 2) + number(3, 2) + number(64, 2) + number(0, 4)
    file += segment(1, 0, size)
    file += interpreter.isEmpty ? segment(4, 0, 0) : segment(3, content, interpreter.count)
    file +=
        libraries.isEmpty
        ? segment(4, 0, 0) : segment(2, content + interpreter.count + strings.count, dynamic.count)
    return file + interpreter + strings + dynamic
}
