/// A module cache of one test's own, filled by the real go from the example's proxy.
import Files
import Go
import Modules
import Processes
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum RealGo {
    /// PIPELINE_TEST_GO, else the first of PATH, else the newest of $HOME/sdk.
    static let executable: String? = {
        if let named = environmentValue("PIPELINE_TEST_GO") { return named }
        let folders = (environmentValue("PATH") ?? "").split(separator: ":").map(String.init)
        return goCandidates(path: folders, home: environmentValue("HOME"), version: nil, root: "/nonexistent").first?.executable
    }()
    static let isWanted = executable != nil || environmentValue("PIPELINE_REQUIRE_REAL") == "1"
    static let absence: Comment = "no Go: set PIPELINE_TEST_GO, or have one on PATH or in $HOME/sdk"
}

/// What is not there though it must be.
struct Absent: Error, CustomStringConvertible { var description: String }

final class Unpacked {
    let desk = TemporaryFolder()
    let module = ModuleVersion(path: "example.com/wordlist", version: "v1.2.0")
    let known: KnownHashes

    var cache: ModuleCache { ModuleCache(root: "\(desk.path)/modules") }
    var folder: String { cache.folder(of: module)! }
    var zip: String { cache.download(of: module, "zip")! }
    var expected: [ExpectedModule] { expectedModules(sums: ["go.sum"], in: "\(desk.path)/work") }

    init() async throws {
        known = KnownHashes(path: "\(desk.path)/store/modules/verified", temporary: "\(desk.path)/store")
        desk.write("work/go.mod", "module example.com/user\n\ngo 1.21\n\nrequire example.com/wordlist v1.2.0\n")
        desk.write("work/go.sum", try #require(readText("\(Self.example)/go.sum")))
        desk.write("work/main.go", "package main\n\nimport \"example.com/wordlist\"\n\nvar _, _ = wordlist.Greet(`en`, `Ada`)\n\nfunc main() {}\n")
        try await go("mod", "download")
        try #require(fileStatus(folder)?.kind == .folder)
        // As the go command leaves it, it is read-only.
        chmod(folder, 0o755)
    }

    static let example: String = {
        var folder = #filePath
        for _ in 1...3 { folder = parentFolder(of: folder) }
        return "\(folder)/examples/greeter"
    }()

    @discardableResult
    func go(_ arguments: String...) async throws -> CapturedOutput {
        guard let executable = RealGo.executable else { throw Absent(description: "there is no Go") }
        return try await capture(
            Command(
                executable: executable, arguments: arguments,
                environment: [
                    "HOME": desk.path, "PATH": "/usr/bin:/bin", "GOENV": "off", "GOTOOLCHAIN": "local", "GOSUMDB": "off",
                    "GOPROXY": "file://\(Self.example)/proxy", "GOMODCACHE": cache.root, "CGO_ENABLED": "0",
                    "GOCACHE": "\(desk.path)/builds", "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
                ], directory: "\(desk.path)/work"))
    }

    func verify(settling: Int = 2) -> ModuleVerdicts {
        verifyModules(expected, in: cache, known: known, settling: settling)
    }

    /// What is said of the edited module, with this test's folders left out. Empty when it is right.
    func complaint() -> [String] {
        verify().edited.flatMap(\.lines).map { $0.replacing(desk.path, with: "") }
    }

    /// Lets every time of the module be long ago, as if it had been unpacked then.
    func settle() {
        for path in ((try? filesBelow(folder)) ?? []).map({ "\(folder)/\($0)" }) + [folder] {
            var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
            utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Replaces a file of the module; its old times come back when `keepingTimes`.
    func write(_ name: String, _ text: String, keepingTimes: Bool = false) throws {
        let path = "\(folder)/\(name)"
        var status = stat()
        let isOld = lstat(path, &status) == 0
        removeTree(path)
        try createFile(path, Array(text.utf8), mode: 0o444)
        guard keepingTimes, isOld else { return }
        #if canImport(Glibc)
        var times = [status.st_atim, status.st_mtim]
        #else
        var times = [status.st_atimespec, status.st_mtimespec]
        #endif
        utimensat(AT_FDCWD, path, &times, 0)
    }
}
