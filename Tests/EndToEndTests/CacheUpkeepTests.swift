/// The store's upkeep by the real binary: what it says, its exit codes, and many processes at once.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct CacheUpkeep {
        private func desk(store: String? = nil, _ text: String = "hello") -> Desk {
            let desk = Desk(store: store)
            desk.write("go.mod", "module example.com/m\n\ngo 1.21\n")
            desk.write("input", text)
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                steps:
                  make: { shell: "cat input input > made; echo made", inputs: [input], outputs: [made] }
                  use: { shell: "cat input", inputs: [input], needs: [make] }
                """)
            return desk
        }

        private func cache(_ desk: Desk, _ words: String...) async throws -> Ended {
            try await desk.start(["cache"] + words + ["--store", desk.store]).end()
        }

        private func verified(_ desk: Desk) async throws -> (exit: Ended.Exit, JSONValue) {
            let ended = try await cache(desk, "verify", "--json")
            return (ended.exit, try JSONValue(ended.out))
        }

        @Test func statusCountsWhatRunsLeave() async throws {
            let desk = desk()
            let before = try await JSONValue(cache(desk, "status", "--json").out)
            #expect(before["bytes"].int == 0 && before["oldest_use"] == .null && before["live_runs"] == .list([]))
            try await desk.run().expectGreen()
            desk.folder.write("store/v1/blobs/x", "another format")
            let ended = try await cache(desk, "status", "--json")
            #expect(ended.exit == .code(0) && ended.err == "", "\(ended.transcript)")
            let status = try JSONValue(ended.out)
            #expect(status["path"].string == "\(desk.store)/v2" && status["format"].int == 2)
            #expect(status["kinds"]["results"]["count"].int == 2)
            #expect(status["other_formats"].list?.first?["bytes"].int == 14)
            let words = try await cache(desk, "status")
            #expect(words.out.hasPrefix("\(desk.store)/v2 · format 2 · "), "\(words.transcript)")
            #expect(words.out.contains("\n\(desk.store)/v1 is a store of another format, 14 B: left alone\n"))
        }

        @Test func verifyFindsDamageOnceAndTheNextRunMakesItAnew() async throws {
            let desk = desk()
            try await desk.run().expectGreen()
            let (exit, clean) = try await verified(desk)
            #expect(exit == .code(0) && clean["clean"].bool == true)

            let blobs = "\(desk.store)/v2/blobs"
            let blob = try #require(try filesBelow(blobs).first { fileStatus("\(blobs)/\($0)")?.size == 10 })
            removeTree("\(blobs)/\(blob)")
            try createFile("\(blobs)/\(blob)", Array("hellohellO".utf8), mode: 0o444)
            let (found, report) = try await verified(desk)
            #expect(found == .code(1) && report["clean"].bool == false && report["dropped_results"].int == 1)
            let finding = try #require(report["findings"].list?.first)
            #expect(report["findings"].list?.count == 1 && finding["path"].string == "blobs/\(blob)")
            #expect(finding["problem"].string == "wrong-content")
            #expect(try readText("\(desk.store)/v2/\(#require(finding["quarantine"].string))") == "hellohellO")
            #expect(try await verified(desk).exit == .code(0))

            desk.remove("made")
            let again = try await desk.run()
            again.expectGreen()
            #expect(again.ran == ["run:make"], "\(again.ran)")
            #expect(desk.read("made") == "hellohello")
        }

        @Test func clearEmptiesAndThePipelineWorksOn() async throws {
            let desk = desk()
            try await desk.run().expectGreen()
            let ended = try await cache(desk, "clear", "--json")
            let report = try JSONValue(ended.out)
            #expect(ended.exit == .code(0) && report["after_bytes"].int == 0, "\(ended.transcript)")
            #expect(report["removed"]["results"]["count"].int == 2)
            #expect(try filesBelow(desk.store) == ["v2/lock"])
            try await desk.run().expectGreen()
            try await desk.run().expectNothingRan()
        }

        @Test func pruneTakesTheBoundsOfTheFileOrItsOptions() async throws {
            let desk = desk()
            try await desk.run().expectGreen()
            let kept = try await cache(desk, "prune", "--max-size", "1KB", "--max-age", "1s", "--dry-run", "--json")
            // All of it was used just now.
            #expect(try JSONValue(kept.out)["removed_bytes"].int == 0)
            for (words, message) in [
                (["--max-size", "lots"], "--max-size wants a number and a unit, such as 10GB or 512MiB, not 'lots'"),
                (["--max-age", "1y"], "--max-age wants a number and a unit, such as 30d or 12h, not '1y'"),
            ] {
                let ended = try await desk.start(["cache", "prune"] + words + ["--store", desk.store]).end()
                #expect(ended.exit == .code(2) && ended.err.contains(message), "\(ended.transcript)")
            }
            try desk.edit("pipeline.yaml", "version: 1\n", "version: 1\ncache: { max-size: 20gb }\n")
            let wrong = try await cache(desk, "prune")
            #expect(wrong.exit == .code(2) && wrong.err.contains("`max-size` must be a size"), "\(wrong.transcript)")
        }

        @Test(arguments: ["status", "prune", "verify", "clear"])
        func helpHasAnExample(_ name: String) async throws {
            let help = try await Desk().pipeline("cache", name, "--help")
            #expect(help.exit == .code(0) && help.err == "")
            let examples = help.out.components(separatedBy: "EXAMPLE").dropFirst().first ?? ""
            #expect(examples.contains("\n  pipeline cache \(name)"), "\(help.out)")
        }

        /// Runs, prunes, clears and verifies in processes of their own, on one store.
        @Test func runsGoOnWhateverIsRemoved() async throws {
            let folder = TemporaryFolder()
            let store = "\(folder.path)/store"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for runner in 0..<3 {
                    group.addTask {
                        let desk = desk(store: store, "runner \(runner % 2)")
                        for turn in 0..<6 {
                            if turn.isMultiple(of: 2) { desk.write("input", "runner \(runner % 2), turn \(turn)") }
                            let events = try await desk.run()
                            events.expectGreen()
                            let input = desk.read("input")!
                            #expect(desk.read("made") == input + input)
                        }
                    }
                }
                for words in [["prune", "--max-size", "1B", "--max-age", "1s"], ["clear"], ["verify"]] {
                    group.addTask {
                        let desk = desk(store: store)
                        for _ in 0..<10 {
                            let ended = try await desk.start(["cache"] + words + ["--store", store]).end()
                            #expect(ended.exit == .code(0), "\(words): \(ended.transcript)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await verified(desk(store: store)).exit == .code(0))
        }
    }
}
