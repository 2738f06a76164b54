/// After an edit exactly those actions run again that it matters to, and `plan` says so beforehand.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Edits {
        struct Edit: Sendable, CustomTestStringConvertible {
            var file: String
            /// The text to put new text before; nil appends.
            var before: String?
            var comment: @Sendable (String) -> String
            var runs: Set<String>
            var testDescription: String { file }
        }

        /// What depends on all of the repository's files.
        private static let onEverything: Set = ["generate:generate", "run:smoke"]
        private static let onSources: Set = onEverything.union(["fmt:fmt", "tidy:tidy", "vet:vet", "test:test"])
        private static let servers: Set = ["build:server:linux/amd64", "build:server:linux/arm64"]
        @Sendable private static func goComment(_ word: String) -> String { "\n// \(word)\n" }

        @Test(arguments: [
            Edit(file: "README.md", comment: { "\($0)\n" }, runs: onEverything),
            Edit(file: "internal/greeting/greeting_test.go", comment: goComment, runs: onSources),
            Edit(file: "internal/greeting/greeting.go", comment: goComment, runs: onSources.union(servers)),
            Edit(file: "cmd/greet/check.go", comment: goComment, runs: onSources.union(["build:greet:linux/amd64"])),
            Edit(
                file: "internal/server/index.html", before: "</html>", comment: { "<!-- \($0) -->\n" },
                runs: onEverything.union(servers).union(["vet:vet", "test:test"])),
            Edit(
                file: "internal/greeting/testdata/greetings.txt", comment: { "# \($0)\n" },
                runs: onEverything.union(["test:test"])),
            Edit(
                file: "internal/tools/enumer/render.go", comment: goComment, runs: onSources.union(["tool:enumer"])),
        ])
        func runWhatTheyMatterTo(_ edit: Edit) async throws {
            let desk = try await WarmStore.knownExample()
            let text = desk.read(edit.file) ?? ""
            // Never the same twice, so that nothing is known of it.
            let comment = edit.comment(uniqueName())
            if let before = edit.before {
                try desk.edit(edit.file, before, comment + before)
            } else {
                desk.write(edit.file, text + comment)
            }
            let planned = try await desk.plan()
            #expect(planned.filter { $0.value.would == "run" }.keys.sorted() == edit.runs.sorted())

            let run = try await desk.run("--keep-going")
            run.expectGreen()
            #expect(run.ran.sorted() == edit.runs.sorted())
            for action in run.finished { #expect(action.key == planned[action.action]?.key, "\(action.action)") }
            try await desk.run().expectNothingRan()

            // What was once known is known again.
            if text.isEmpty { desk.remove(edit.file) } else { desk.write(edit.file, text) }
            try await desk.run().expectNothingRan()
        }

        @Test func timesAloneMatterToNothing() async throws {
            let desk = try await WarmStore.knownExample()
            try await desk.shell("find . -name .git -prune -o -type f -exec touch -d 2001-01-01 {} +")
            try await desk.run().expectNothingRan()
        }

        @Test func filesThatGitIgnoresMatterToNothing() async throws {
            let desk = try await WarmStore.knownExample()
            desk.write(".git/info/exclude", "notes/\n")
            desk.write("notes/today.txt", "nothing\n")
            try await desk.run().expectNothingRan()
        }

        /// The plan of some steps is their part of the whole, and running them leaves the rest to be run.
        @Test func planOfOneStepIsWhatThatStepRuns() async throws {
            let desk = try await WarmStore.knownExample()
            try desk.edit("cmd/greet/main.go", "package main", "// \(uniqueName())\npackage main")
            let planned = try await desk.plan("smoke")
            #expect(planned.filter { $0.value.would == "run" }.keys.sorted() == ["build:greet:linux/amd64", "run:smoke"])
            let run = try await desk.run("smoke")
            run.expectGreen()
            #expect(run.ran == ["build:greet:linux/amd64", "run:smoke"])
            let rest = try await desk.plan().filter { $0.value.would == "run" }.keys.sorted()
            #expect(rest == ["fmt:fmt", "generate:generate", "test:test", "tidy:tidy", "vet:vet"])
        }
    }
}
