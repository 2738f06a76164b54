/// Hashes, escaped paths, zip directories and go.sum lines as values.
import Action
import Files
import Go
import Modules
import Testing
import TestSupport

/// As the store seals a text: its SHA-256 stands in front.
func sealed(_ text: String) -> [UInt8] {
    Array("\(Digest(of: Array(text.utf8)).sha256)\n".utf8) + Array(text.utf8)
}

struct ModuleValueTests {
    /// Made with sha256sum and base64, in the order of bytes: capitals before small letters, `-` before `/`.
    @Test func theHashIsOverSortedLines() {
        let empty = Digest(of: [UInt8]()).sha256
        let files = ["a/b.go", "a-b.go", "Z.go", "é.go"].map { (name: $0, sha256: empty) }
        #expect(moduleHash(prefix: "m@v1", files: files) == "h1:o884Zz6uGnuzn5e/qGOtdhKhHIwFgDUFItTchN55BAo=")
        #expect(moduleHash(prefix: "m@v1", files: files.reversed()) == "h1:o884Zz6uGnuzn5e/qGOtdhKhHIwFgDUFItTchN55BAo=")
        #expect(moduleHash(prefix: "m@v1", files: []) == "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test(arguments: [
        ("github.com/Azure/azure-sdk-for-go", "github.com/!azure/azure-sdk-for-go"),
        ("example.com/ABC", "example.com/!a!b!c"), ("v1.2.3-RC1+incompatible", "v1.2.3-!r!c1+incompatible"),
    ])
    func capitalsAreEscaped(_ path: String, _ escaped: String) {
        #expect(escapedModulePath(path) == escaped)
    }

    @Test(arguments: ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a/.git", "a b", "a!b", "a\nb", "a/b."])
    func whatIsNoModulesPathHasNoFolder(_ path: String) {
        #expect(escapedModulePath(path) == nil)
        #expect(ModuleCache(root: "/m").folder(of: ModuleVersion(path: path, version: "v1.0.0")) == nil)
        #expect(ModuleCache(root: "/m").folder(of: ModuleVersion(path: "a", version: "v1/../..")) == nil)
    }

    @Test func placesInTheCache() {
        let (cache, module) = (ModuleCache(root: "/m"), ModuleVersion(path: "a.b/C/v2", version: "v2.0.0"))
        #expect(cache.folder(of: module) == "/m/a.b/!c/v2@v2.0.0")
        #expect(cache.download(of: module, "zip") == "/m/cache/download/a.b/!c/v2/@v/v2.0.0.zip")
    }

    /// Of go.mod files alone, of other algorithms, of what is not needed: nothing. Two files may name one module.
    @Test func whatGoSumVouchesFor() {
        let folder = TemporaryFolder()
        let (a, b) = (String(repeating: "A", count: 43) + "=", String(repeating: "B", count: 43) + "=")
        folder.write("go.sum", "x.y/one v1.0.0 h1:\(a)\nx.y/one v1.0.0/go.mod h1:\(b)\nx.y/two v1.0.0/go.mod h1:\(b)\nx.y/new v1.0.0 h9:zz\n")
        folder.write("go.work.sum", "x.y/one v1.0.0 h1:\(a)\nx.y/one v1.0.0 h1:\(b)\nx.y/three v1.0.0 h1:\(b)\n")
        let one = ModuleVersion(path: "x.y/one", version: "v1.0.0")
        let three = ModuleVersion(path: "x.y/three", version: "v1.0.0")
        let sums = ["go.sum", "go.work.sum", "absent.sum"]
        let all = expectedModules(sums: sums, in: folder.path)
        #expect(all.map(\.module) == [one, three])
        #expect(all[0].hashes == ["h1:\(a)", "h1:\(b)"] && all[0].source == "go.sum" && all[1].source == "go.work.sum")
        #expect(expectedModules(sums: sums, in: folder.path, needed: [three]).map(\.module) == [three])
    }

    /// Replaced by a folder: none. Replaced by another version: that one.
    @Test func modulesOfAListing() {
        var (plain, replaced, local, own) = (
            GoPackage(importPath: "a"), GoPackage(importPath: "b"), GoPackage(importPath: "c"), GoPackage(importPath: "d"))
        plain.module = .init(path: "x.y/plain", version: "v1.0.0")
        replaced.module = .init(path: "x.y/b", version: "v1.0.0", replace: .init(path: "fork.z/b", version: "v1.0.1"))
        local.module = .init(path: "x.y/c", version: "v1.0.0", replace: .init(path: "../c"))
        own.module = .init(path: "x.y/main", main: true)
        #expect(
            [plain, replaced, local, own, plain].moduleVersions == [
                ModuleVersion(path: "x.y/plain", version: "v1.0.0"), ModuleVersion(path: "fork.z/b", version: "v1.0.1"),
            ])
    }
}
