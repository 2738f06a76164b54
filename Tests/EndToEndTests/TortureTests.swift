/// What a store has to live through: kills, company, damage, a full disk. Never a wrong result, never a build that fails
/// because of the cache; and what the go command makes with a cache of its own says what is right.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    /// PIPELINE_TORTURE makes it so many times longer than CI has patience for; PIPELINE_EDIT_SEED is another torture.
    @Suite(.needsGo)
    struct Torture {
        private let length = environmentValue("PIPELINE_TORTURE").flatMap(Int.init) ?? 1
        private let seed = environmentValue("PIPELINE_EDIT_SEED").flatMap(UInt64.init) ?? 1

        @Test func killsAtRandomMoments() async throws {
            var numbers = SeededNumbers(seed: seed)
            let bench = try await TortureBench.shared.value
            bench.edit()
            let whole = try await bench.run()
            for kill in 1...(12 * length) {
                bench.edit()
                let program = try bench.desk.start(["run", "--json"])
                try await Task.sleep(for: whole.ended.elapsed * Double.random(in: 0...1.1, using: &numbers))
                program.signal(SIGKILL)
                _ = await program.end()
                #expect(try await LivingProcesses.remaining(naming: bench.desk.store) == [], "kill \(kill)")
                if kill % 6 == 0 { _ = try await bench.run("after kill \(kill)") }
            }
            try await bench.expectSound("after kills")
        }

        @Test func runsAtTheSameTime() async throws {
            let bench = try await TortureBench.shared.value
            for round in 1...length {
                let count = length == 1 ? 3 : 2 + (round - 1) % 7
                var benches = [bench]
                for _ in 1..<count { benches.append(try await bench.another()) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, bench) in benches.enumerated() {
                        // Some do the same at the same time, others each their own.
                        if index % 2 == 1 { bench.edit() } else { bench.edit("round \(round)") }
                        group.addTask { _ = try await bench.run("\(count) at the same time") }
                    }
                    // Somebody tidies up meanwhile.
                    group.addTask {
                        let ended = try await bench.upkeep("prune", "--max-size", "1MB")
                        #expect(ended.exit == .code(0), "\(ended.transcript)")
                    }
                    try await group.waitForAll()
                }
            }
            try await bench.expectSound("after company")
        }

        private enum Damage: String, CaseIterable { case truncated, flipped, deleted, folder }

        /// Each kind of object in turn, in each way: some before a run, some before a verification.
        @Test func damageOfEveryKind() async throws {
            var numbers = SeededNumbers(seed: seed)
            let bench = try await TortureBench.shared.value
            bench.edit()
            _ = try await bench.run()
            for kind in ["blobs", "results", "facts", "files", "go/actions", "manifests", "snapshots", "stat"] {
                for number in 1...(2 * length) {
                    let damage = Damage.allCases.randomElement(using: &numbers)!
                    let root = "\(bench.desk.store)/v2/\(kind)"
                    let objects = try filesBelow(root).sorted()
                    guard let object = objects.randomElement(using: &numbers) else {
                        Issue.record("there is nothing in \(kind)")
                        continue
                    }
                    let place = "seed \(seed): \(damage) \(kind)/\(object)"
                    self.damage("\(root)/\(object)", damage, &numbers)
                    if number % 2 == 0 {
                        let found = try await bench.upkeep("verify")
                        // What is gone is only missed where something names it.
                        if damage != .deleted { #expect(found.exit == .code(1), "\(place)\n\(found.transcript)") }
                    }
                    // Everything is known but for the damage, the copy that the user has been given included.
                    bench.desk.remove("bin/app")
                    _ = try await bench.run(place)
                    bench.edit()
                    _ = try await bench.run(place)
                    try await bench.expectSound(place, mayFind: true)
                }
            }
        }

        /// The blob and the copy that steps and users are given, one of them and both.
        @Test(arguments: [["files"], ["blobs"], ["files", "blobs"]])
        func damagedArtifactIsNotHandedOn(_ kinds: [String]) async throws {
            let bench = try await TortureBench.shared.value
            bench.edit()
            let output = try #require(try await bench.run().finished("build:app:linux/amd64").outputs.first)
            let digest = String(try #require(output["digest"].string).dropFirst("sha256:".count))
            for kind in kinds {
                let shard = "\(bench.desk.store)/v2/\(kind)/\(digest.prefix(2))"
                let path = kind == "blobs" ? "\(shard)/\(digest)" : "\(shard)/\(digest)-x/app"
                var bytes = try readFile(path)
                bytes[bytes.count / 2] ^= 1
                removeTree(path)
                try createFile(path, bytes, mode: 0o555)
            }
            bench.desk.remove("bin/app")
            try await bench.run("\(kinds)")
            bench.desk.write("unrelated.txt", uniqueName())
            try await bench.run("\(kinds)")
            try await bench.expectSound("\(kinds)", mayFind: true)
        }

        private func damage(_ path: String, _ damage: Damage, _ numbers: inout SeededNumbers) {
            var bytes = (try? readFile(path)) ?? []
            removeTree(path)
            switch damage {
            case .deleted: return
            case .folder:
                try! makeFolder(path)
                try! createFile("\(path)/inner", bytes, mode: 0o444)
                return
            case .truncated: bytes.removeLast(min(bytes.count, Int.random(in: 1...max(1, bytes.count), using: &numbers)))
            case .flipped:
                if bytes.isEmpty { bytes = [0] } else { bytes[bytes.indices.randomElement(using: &numbers)!] ^= 1 << UInt8.random(in: 0...7, using: &numbers) }
            }
            try! createFile(path, bytes, mode: 0o444)
        }

        /// With room for what is built but not for keeping it, and with next to none.
        @Test(.enabled(if: TortureBench.mayMount, "needs root and mount"))
        func fullDisk() async throws {
            let bench = try await TortureBench(onDiskOf: 96)
            do {
                for megabytes in [8, 4, 2, 1, 0] {
                    bench.edit()
                    try await bench.fillDisk(leaving: megabytes)
                    let run = try await RunEvents(bench.desk.start(["run", "--json"]).end())
                    if run.status == "green" {
                        try await bench.expectRight(run, "\(megabytes) MB left")
                    } else {
                        // The linker itself had no room: its words, not a riddle.
                        #expect(megabytes < 4, "\(megabytes) MB left: \(run.ended.transcript)")
                        #expect(run.ended.transcript.contains("o space left"), "\(run.ended.transcript)")
                    }
                    try await bench.fillDisk(leaving: nil)
                    _ = try await bench.run("after a disk with \(megabytes) MB left")
                }
                try await bench.expectSound("after a full disk")
            } catch {
                await bench.unmount()
                throw error
            }
            await bench.unmount()
        }
    }
}
