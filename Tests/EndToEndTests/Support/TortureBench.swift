/// A small program whose right binary is known from the go command itself, on a store of its own that tests may harm.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

final class TortureBench: Sendable {
    let desk: Desk
    /// What decides whether the binary is right has a build cache apart from everything that is tortured.
    private let reference: TemporaryFolder
    private let mount: String?

    /// Shared, so that the runtime is compiled once.
    static let shared = Task { try await TortureBench() }

    static let mayMount = getuid() == 0 && RealParts.program("mount") != nil

    init() async throws {
        reference = TemporaryFolder()
        desk = Desk("torture")
        mount = nil
        write()
        _ = try await run("at first")
    }

    /// With its store on a disk of so many megabytes.
    init(onDiskOf megabytes: Int) async throws {
        reference = TemporaryFolder()
        let place = "\(reference.path)/disk"
        try makeFolder(place)
        desk = Desk("torture", store: "\(place)/store")
        mount = place
        try await desk.shell("mount -t tmpfs -o size=\(megabytes)m none '\(place)'")
        write()
        do {
            _ = try await run("at first")
        } catch {
            await unmount()
            throw error
        }
    }

    private init(_ other: TortureBench, _ desk: Desk) {
        reference = other.reference
        mount = nil
        self.desk = desk
    }

    /// Another checkout of the same with the same store.
    func another() async throws -> TortureBench {
        TortureBench(self, try await Desk.copy(of: desk.root, store: desk.store, git: false))
    }

    private func write() {
        desk.write("go.mod", "module example.com/torture\n\ngo 1.24\n")
        desk.write("main.go", "package main\n\nimport \"example.com/torture/words\"\n\nfunc main() { println(words.Value) }\n")
        desk.write(".gitignore", "/bin/\n/upper.txt\n")
        desk.write(
            "pipeline.yaml",
            """
            version: 1
            go: { version: "1.27.3" }
            artifacts: { app: { build: ., output: bin/app } }
            steps:
              vet: { vet: ./... }
              upper: { shell: "tr a-z A-Z <words/words.go >upper.txt", outputs: upper.txt }
              say: { run: ["${artifact.app}"] }

            """)
        edit()
    }

    /// Never the same twice, unless it is said how.
    func edit(_ text: String = uniqueName()) {
        desk.write("words/words.go", "package words\n\nconst Value = \"\(text)\"\n")
    }

    // MARK: - Runs

    /// Green, and right.
    @discardableResult
    func run(_ place: String = "") async throws -> RunEvents {
        let run = try await desk.run()
        #expect(run.ended.exit == .code(0) && run.status == "green", "\(place)\n\(run.ended.transcript)")
        try await expectRight(run, place)
        return run
    }

    func expectRight(_ run: RunEvents, _ place: String) async throws {
        let right = try await rightBinary()
        let output = try run.finished("build:app:linux/amd64").outputs.first
        #expect(output?["digest"].string == "sha256:\(right)", "\(place)")
        #expect(try await digest("bin/app") == right, "\(place): bin/app")
        let words = desk.read("words/words.go") ?? ""
        #expect(desk.read("upper.txt") == words.uppercased(), "\(place): upper.txt")
        let value = words.components(separatedBy: "\"").dropFirst().first
        if !(try run.finished("run:say").cached) { #expect(run.output(of: "run:say") == [value], "\(place)") }
    }

    private func rightBinary() async throws -> String {
        try await desk.shell(
            """
            export GOCACHE='\(reference.path)/cache' GOENV=off GOTOOLCHAIN=local CGO_ENABLED=0 GOWORK=off
            go build -trimpath -buildvcs=false -o '\(desk.folder.path)/right' .
            """)
        return try await digest("../right")
    }

    private func digest(_ file: String) async throws -> String {
        String(try await desk.shell("sha256sum <'\(file)' | cut -c1-64").prefix(64))
    }

    // MARK: - Upkeep

    func upkeep(_ arguments: String...) async throws -> Ended {
        try await desk.start(["cache"] + arguments + ["--store", desk.store]).end()
    }

    /// Nothing is damaged; with `mayFind` a first look may find and mend something.
    func expectSound(_ place: String, mayFind: Bool = false) async throws {
        if mayFind {
            let first = try await upkeep("verify")
            #expect([.code(0), .code(1)].contains(first.exit), "\(place)\n\(first.transcript)")
        }
        let ended = try await upkeep("verify")
        #expect(ended.exit == .code(0), "\(place)\n\(ended.transcript)")
    }

    // MARK: - The disk

    /// Nil gives all of it back.
    func fillDisk(leaving megabytes: Int?) async throws {
        let filler = "\(mount!)/filler"
        removeTree(filler)
        guard let megabytes else { return }
        try await desk.shell(
            """
            free=$(df -k --output=avail '\(mount!)' | tail -n 1)
            head -c $(( (free - \(megabytes) * 1024) * 1024 )) /dev/zero >'\(filler)' || true
            """)
    }

    func unmount() async { _ = try? await desk.shell("umount '\(mount!)'") }
}
