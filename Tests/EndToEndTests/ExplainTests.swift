/// `pipeline explain` names what is different, runs nothing, and says the same as `plan` and `run -v`.
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Explanations {
        private func write(_ desk: Desk, mode: String = "a") {
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                steps:
                  make: { shell: "tr a-z A-Z <words.txt >made.txt", inputs: [words.txt, more/*], outputs: made.txt }
                  say: { shell: "cat words.txt; test ! -e red", inputs: [words.txt, red], env: { MODE: \(mode) } }

                """)
        }

        private func explained(_ desk: Desk, _ steps: String...) async throws -> [JSONValue] {
            let ended = try await desk.start(["explain", "--json"] + steps).end()
            try #require(ended.exit == .code(0), "\(ended.transcript)")
            let actions = try #require(JSONValue(ended.out)["actions"].list)
            for action in actions {
                #expect(action.names == ["id", "step", "kind", "title", "sandbox", "key", "would", "reason", "last", "compared"])
            }
            return actions
        }

        @Test func differencesAreNamed() async throws {
            let desk = Desk()
            desk.write("words.txt", "hello\n")
            write(desk)
            var say = try await explained(desk, "say")[0]
            #expect(say["reason"].string == "not run before with these inputs")
            #expect(say["last"] == .null && say["compared"] == .null)
            #expect(try await desk.pipeline("explain", "say").out.contains("nothing is remembered of it"))

            try await desk.run().expectGreen()
            say = try await explained(desk, "say")[0]
            #expect(say["would"].string == "hit" && say["last"]["did"].string == "ran" && say["compared"] == .null)
            #expect(say["last"]["key"] == say["key"])

            desk.write("words.txt", "good bye\n")
            desk.write("more/one.txt", "1\n")
            write(desk, mode: "b")
            let both = try await explained(desk, "make", "say")
            #expect(both.map { $0["id"].string } == ["run:make", "run:say"])
            #expect(
                both.map { $0["reason"].string } == [
                    "words.txt changed, new input more/one.txt", "env MODE was `a`, is `b`, words.txt changed",
                ])
            #expect(
                both[1]["compared"]["differences"].list?.map { [$0["group"], $0["name"], $0["text"]].map(\.string) } == [
                    ["environment", "MODE", "env MODE was `a`, is `b`"], ["changed", "words.txt", "words.txt changed"],
                ])
            // Nothing ran: it would run still, for the same reason, as plan and run say.
            #expect(desk.read("made.txt") == "HELLO\n")
            let plan = try await desk.pipeline("plan", "say").out
            #expect(plan.contains(" · env MODE was `a`, is `b`, words.txt changed"), "\(plan)")
            let run = try await desk.run()
            #expect(run.events("action.finished").compactMap { $0["reason"].string }.sorted() == both.compactMap { $0["reason"].string }.sorted())

            // The nearest of the earlier runs, which is not the last.
            desk.write("words.txt", "hello\n")
            write(desk, mode: "c")
            say = try await explained(desk, "say")[0]
            #expect(say["reason"].string == "env MODE was `a`, is `c`")
            #expect(say["last"]["reason"].string == "env MODE was `a`, is `b`, words.txt changed")
        }

        @Test func aRedStepIsRedStill() async throws {
            let desk = Desk()
            desk.write("words.txt", "hello\n")
            desk.write("red", "")
            write(desk)
            #expect(try await desk.run("say").status == "red")
            let say = try await explained(desk, "say")[0]
            #expect(say["would"].string == "run" && say["reason"].string == "red with these inputs before")
            #expect(say["last"]["did"].string == "red")
            desk.remove("red")
            #expect(try await explained(desk, "say")[0]["reason"].string == "red is gone")
        }

        /// What a dependency is made of is told where it matters, and only the step itself is explained.
        @Test func whatIsNeededIsFollowed() async throws {
            let desk = try await WarmStore.knownExample()
            try await desk.run().expectGreen()
            try desk.edit("cmd/greet/main.go", "package main", "// \(uniqueWord())\npackage main")
            let smoke = try await explained(desk, "smoke")
            #expect(smoke.map { $0["id"].string } == ["run:smoke"])
            #expect(
                smoke[0]["reason"].string
                    == "cmd/greet/main.go changed, needs build:greet:linux/amd64: cmd/greet/main.go changed")
            let artifact = try await explained(desk, "artifact.greet", "tool.enumer", "download")
            #expect(Set(artifact.compactMap { $0["id"].string }) == ["build:greet:linux/amd64", "tool:enumer", "download"])
        }

        private func uniqueWord() -> String { "\(UInt64.random(in: .min ... .max))" }

        @Test func unknownStepIsTheMistakeThatItIsForRun() async throws {
            let desk = Desk()
            write(desk)
            let (explain, run) = (try await desk.pipeline("explain", "sya"), try await desk.pipeline("run", "sya"))
            #expect(explain.exit == .code(2) && explain.err == run.err && explain.out == "", "\(explain.transcript)")
            #expect(explain.err.contains("there is no step `sya`") && explain.err.contains("did you mean `say`?"))
        }
    }
}
