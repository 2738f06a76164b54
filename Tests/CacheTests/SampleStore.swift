/// A store with things of every kind in it, as old as a test wants them; it knows the layout, not the rules.
import Action
import Files
import TestSupport

@testable import Cache

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct SampleStore: Sendable {
    let folder = TemporaryFolder()
    let store: Store

    init() throws { store = try Store(root: "\(folder.path)/store") }

    init(root: String) throws { store = try Store(root: root) }

    static var now: Int64 { Int64(time(nil)) }
    static let hour: Int64 = 3600
    static let day: Int64 = 24 * 3600
    /// When all that was put just now has not been used for `seconds` more than the hold.
    static func later(_ seconds: Int64 = 60) -> Int64 { now + Store.hold + seconds }

    /// Each key is made of its name.
    static func key(_ name: String) -> CacheKey { CacheKey(Digest(of: Array("key \(name)".utf8)).sha256) }
    static func id(_ name: String) -> BuildID { BuildID(hexadecimal: Digest(of: Array(name.utf8)).sha256)! }

    /// A result with this output, whose log and list of uses are its own.
    @discardableResult
    func putResult(_ name: String, output: String, used: Int64? = nil, family: String = "f", uses: [BuildID] = []) throws
        -> ActionResult
    {
        let output = try store.blobs.put(Array(output.utf8))
        let result = ActionResult(
            action: name, outputs: [.init(path: "out", digest: output, isExecutable: false)],
            log: try store.blobs.put(Array("log of \(name)".utf8)), elapsedMilliseconds: 1, used: [:],
            buildUses: uses.isEmpty ? [:] : [family: try store.blobs.put(uses.flatMap(\.bytes))])
        try store.actionCache.store(result, for: SampleStore.key(name))
        if let used { setTime(place(ofResult: name), used) }
        return result
    }

    /// What an action of the go command made, with its blob.
    @discardableResult
    func putRecord(_ name: String, output: String, used: Int64 = SampleStore.now, family: String = "f") throws -> BuildRecord {
        let digest = try store.blobs.put(Array(output.utf8))
        let record = BuildRecord(
            action: SampleStore.id(name), output: BuildID(hexadecimal: digest.sha256)!, size: digest.size,
            time: used * 1_000_000_000, used: used, signature: .none)
        try store.buildTable(family).append([record])
        return record
    }

    func hasResult(_ name: String) -> Bool { fileStatus(place(ofResult: name)) != nil }
    func hasRecord(_ name: String, family: String = "f") -> Bool { store.buildTable(family)[SampleStore.id(name)] != nil }
    func hasBlob(_ text: String) -> Bool { store.blobs.contains(Digest(of: Array(text.utf8))) }

    func place(ofResult name: String) -> String { store.place("results", SampleStore.key(name).text) }
    func place(ofBlob digest: Digest) -> String { store.place("blobs", digest.sha256) }

    /// A module version as the go command keeps it: unpacked and read-only, with what was downloaded.
    func putModule(_ path: String, _ version: String) throws {
        let unpacked = "\(store.moduleCache)/\(path)@\(version)"
        try makeFolder("\(unpacked)/inner")
        try createFile("\(unpacked)/inner/a.go", Array("package a\n".utf8), mode: 0o444)
        for folder in ["\(unpacked)/inner", unpacked] { chmod(folder, 0o555) }
        let downloads = "\(store.moduleCache)/cache/download/\(path)/@v"
        try makeFolder(downloads)
        for kind in ["info", "mod", "zip", "ziphash"] {
            try createFile("\(downloads)/\(version).\(kind)", Array("\(kind)\n".utf8), mode: 0o444)
        }
    }
}

/// Modification and access time, in seconds since 1970.
func setTime(_ path: String, _ seconds: Int64) {
    let times = [timespec](repeating: timespec(tv_sec: Int(seconds), tv_nsec: 0), count: 2)
    precondition(utimensat(AT_FDCWD, path, times, 0) == 0, "no times for \(path)")
}

func modificationTime(_ path: String) -> Int64 { fileSignature(path).map { $0.signature.modified / 1_000_000_000 } ?? 0 }

/// A process that does nothing but hold the lock on a file, as a run holds its lease. It is this process's child.
struct LockHolder {
    private let process: pid_t

    /// util-linux has it.
    static let program: String? = findProgram("flock", path: "/usr/bin:/bin", directory: "/")

    init(_ path: String) throws {
        process = try start([LockHolder.program!, "--no-fork", "--exclusive", path, "sleep", "600"])
        while try FileLock(at: path).map({ $0.release() }) != nil { usleep(5_000) }
    }

    func kill() {
        _ = signalProcess(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}

/// The exit code of a program that needs no input; -1 when a signal ended it.
func run(_ arguments: [String]) throws -> Int32 {
    var status: Int32 = 0
    waitpid(try start(arguments), &status, 0)
    return status & 0x7f == 0 ? status >> 8 & 0xff : -1
}

private func start(_ arguments: [String]) throws -> pid_t {
    var words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, arguments[0], nil, nil, &words, environ)
    guard code == 0 else { throw FileError(operation: "start", path: arguments[0], code: code) }
    return process
}

private func signalProcess(_ process: pid_t, _ signal: Int32) -> Int32 { kill(process, signal) }
