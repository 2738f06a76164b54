/// The real go command with the real binary behind GOCACHEPROG: what it builds is what it builds without, whatever
/// happened to the store, and what one checkout compiled no other compiles again.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    @Suite(.needsGo)
    struct CacheProgram {
        /// A module without `fmt`: the few packages of the standard library that even an empty program needs are enough.
        private func module(_ name: String) -> Desk {
            let desk = Desk(name)
            try! makeFolder("\(desk.folder.path)/tmp")
            desk.write("go.mod", "module example.com/small\n\ngo 1.24\n")
            desk.write("main.go", "package main\n\nimport \"example.com/small/words\"\n\nfunc main() { println(words.Hello()) }\n")
            desk.write("words/words.go", "package words\n\nfunc Hello() string { return \"hello\" }\n")
            desk.write(
                "words/words_test.go",
                "package words\n\nimport \"testing\"\n\nfunc TestHello(t *testing.T) {\n\tif Hello() == \"\" {\n\t\tt.Fail()\n\t}\n}\n")
            return desk
        }

        private func environment(_ desk: Desk, store: String) -> [String: String] {
            var environment = desk.environment
            environment["GOCACHEPROG"] = "\(RealParts.binary ?? "pipeline") gocacheprog --store \(store)"
            environment["GOFLAGS"] = "-trimpath"
            environment["CGO_ENABLED"] = "0"
            environment["GOTOOLCHAIN"] = "local"
            environment["GOPROXY"] = "off"
            environment["GOENV"] = "off"
            environment["TMPDIR"] = "\(desk.folder.path)/tmp"
            // The go command keeps some of its own there besides.
            environment["GOCACHE"] = "\(desk.folder.path)/gocache"
            return environment
        }

        private func go(
            _ arguments: String..., in desk: Desk, store: String?, with wrapper: [String] = []
        ) async throws -> Ended {
            var environment = environment(desk, store: store ?? "")
            if store == nil { environment["GOCACHEPROG"] = nil }
            let go = try #require(RealParts.go)
            return try await ChildProgram(
                wrapper + ["\(go)/bin/go"] + arguments, environment: environment, directory: desk.root
            ).end()
        }

        /// Builds, and gives the binary and how many packages were compiled for it.
        private func build(_ desk: Desk, store: String?) async throws -> (binary: [UInt8], compiled: Int) {
            let ended = try await go("build", "-x", "-o", "out", ".", in: desk, store: store)
            try #require(ended.exit == .code(0), "\(ended.transcript)")
            let compiled = ended.err.lines.count { $0.contains("/compile -o ") }
            let binary = try readFile("\(desk.root)/out")
            desk.remove("out")
            return (binary, compiled)
        }

        @Test func whatOneCheckoutCompiledNoOtherCompiles() async throws {
            let (first, second) = (module("first"), module("second"))
            let store = "\(first.folder.path)/store"
            let plain = try await build(second, store: nil)
            let cold = try await build(first, store: store)
            #expect(cold.binary == plain.binary)
            #expect(cold.compiled == plain.compiled && cold.compiled > 10)
            let warm = try await build(second, store: store)
            #expect(warm.binary == plain.binary)
            #expect(warm.compiled == 0)

            #expect(try await go("test", "./words", in: first, store: store).out.hasPrefix("ok  \texample.com/small/words\t"))
            let again = try await go("test", "./words", in: first, store: store)
            #expect(again.out == "ok  \texample.com/small/words\t(cached)\n", "\(again.transcript)")
            #expect(try await go("vet", "./...", in: second, store: store).exit == .code(0))
        }

        @Test func noHarmToTheStoreIsSeenInABuild() async throws {
            let desk = module("small")
            let store = "\(desk.folder.path)/store"
            let right = try await build(desk, store: store)
            var kinds = SeededNumbers(seed: 1)
            for round in 0..<4 {
                let blobs = try filesBelow("\(store)/v2/blobs").map { "\(store)/v2/blobs/\($0)" }
                var harmed = 0
                for blob in blobs where round == 0 || kinds.next() % 3 == 0 {
                    let bytes = try readFile(blob)
                    guard !bytes.isEmpty else { continue }
                    harmed += 1
                    removeTree(blob)
                    switch kinds.next() % 4 {
                    case 0: try createFile(blob, Array(bytes.dropLast(1 + bytes.count / 3)), mode: 0o444)
                    case 1:
                        var flipped = bytes
                        flipped[Int(kinds.next() % UInt64(bytes.count))] ^= 4
                        try createFile(blob, flipped, mode: 0o444)
                    case 2: try makeFolder("\(blob)/inner")
                    default: break
                    }
                }
                #expect(harmed > 0)
                if round == 2 { try harmTable(store) }
                let after = try await build(desk, store: store)
                #expect(after.binary == right.binary)
                #expect(after.compiled > 0)
            }
            let last = try await build(desk, store: store)
            #expect(last.binary == right.binary)
            #expect(last.compiled == 0)
        }

        /// Flips a bit in each third record, and tears the last.
        private func harmTable(_ store: String) throws {
            for name in names(in: "\(store)/v2/go/actions") ?? [] {
                let path = "\(store)/v2/go/actions/\(name)"
                var bytes = try readFile(path)
                for record in stride(from: 0, to: bytes.count, by: 3 * 128) { bytes[record + record / 128 % 128] ^= 1 }
                removeTree(path)
                try createFile(path, Array(bytes.dropLast(50)), mode: 0o644)
            }
        }

        @Test func aKilledGoLeavesAStoreOfUse() async throws {
            let desk = module("small")
            let store = "\(desk.folder.path)/store"
            let right = try await build(desk, store: nil)
            var compiled = right.compiled
            for delay in [50, 150, 300, 600, 1200] {
                let go = try #require(RealParts.go)
                let child = try ChildProgram(
                    ["\(go)/bin/go", "build", "-o", "out", "."], environment: environment(desk, store: store),
                    directory: desk.root)
                usleep(UInt32(delay) * 1000)
                kill(-child.pid, SIGKILL)
                _ = await child.end()
            }
            let after = try await build(desk, store: store)
            #expect(after.binary == right.binary)
            compiled = after.compiled
            #expect(compiled <= right.compiled)
            let last = try await build(desk, store: store)
            #expect(last.binary == right.binary && last.compiled == 0)
        }

        /// The store is a file system of its own with room for a few of the smaller outputs only.
        @Test(.enabled(if: mayMount, "no file system can be mounted here: unshare -rm and tmpfs are needed"))
        func aFullDiskFailsNoBuild() async throws {
            let desk = module("small")
            let right = try await build(desk, store: nil)
            let store = "\(desk.folder.path)/store"
            try makeFolder(store)
            let go = try #require(RealParts.go)
            for size in ["200k", "2m", "16m"] {
                let script = """
                    mount -t tmpfs -o size=\(size) none '\(store)'
                    '\(go)/bin/go' build -o out . && '\(go)/bin/go' vet ./... && '\(go)/bin/go' test ./words
                    """
                let ended = try await ChildProgram(
                    ["/usr/bin/unshare", "-rm", "/bin/sh", "-euc", script],
                    environment: environment(desk, store: store), directory: desk.root
                ).end()
                #expect(ended.exit == .code(0), "\(size): \(ended.transcript)")
                #expect(try readFile("\(desk.root)/out") == right.binary)
                desk.remove("out")
            }
            // What could not be kept was only borrowed.
            #expect(names(in: "\(desk.folder.path)/tmp") == [])
        }

        @Test func aStoreThatCannotBeIsNoObstacle() async throws {
            let desk = module("small")
            let right = try await build(desk, store: nil)
            desk.write("file", "")
            let none = try await build(desk, store: "\(desk.root)/file/store")
            #expect(none.binary == right.binary && none.compiled == right.compiled)
        }
    }
}

private let mayMount: Bool = {
    guard let unshare = RealParts.program("unshare") else { return false }
    var pid = pid_t()
    let command = [unshare, "-rm", "/bin/sh", "-c", "mount -t tmpfs none /mnt"]
    var words = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    guard posix_spawn(&pid, unshare, nil, nil, &words, nil) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status == 0
}()
