/// What a `run` or `shell` step is given and what becomes of it: environment, input, output, results, time, tries.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Steps {
        private let desk = Desk()

        private func pipeline(_ steps: String) {
            desk.write("pipeline.yaml", "version: 1\ngo: { version: \"1.27.3\" }\nsteps:\n\(steps)\n")
        }

        @Test func seeTheDeclaredEnvironmentAlone() async throws {
            pipeline("  look: { run: [env], env: { OWN: \"its own\" } }")
            let run = try await desk.run()
            run.expectGreen()
            var seen: [String: String] = [:]
            for line in run.output(of: "run:look") {
                let sign = try #require(line.firstIndex(of: "="))
                seen[String(line[..<sign])] = String(line[line.index(after: sign)...])
            }
            // Exactly what docs/environment.md names, but for what is only there if it is set.
            let documented = try #require(readText("\(RealParts.checkout)/docs/environment.md")).lines
                .filter { $0.hasPrefix("| ") && $0.count(where: { $0 == "|" }) == 4 }
                .flatMap { $0.split(separator: "|")[0].split(separator: ",").map { $0.trimmed } }
                .filter { $0.allSatisfy { $0.isUppercase || $0 == "_" } }
            let ifSet: Set = ["GOPROXY", "GOSUMDB", "GOPRIVATE", "PIPELINE_ARTIFACT_NAME"]
            #expect(seen.keys.sorted() == Set(documented).subtracting(ifSet).union(["OWN"]).sorted())
            #expect(seen["OWN"] == "its own" && seen["TZ"] == "UTC" && seen["LANG"] == "C.UTF-8")
            #expect(seen["GOTOOLCHAIN"] == "local" && seen["CGO_ENABLED"] == "0")
            for place in ["HOME", "GOCACHE", "GOMODCACHE"] { #expect(seen[place]?.hasPrefix("\(desk.store)/") == true) }
            #expect(seen["GOFLAGS"]?.hasPrefix("-mod=readonly -trimpath") == true)
        }

        @Test func haveNoInputAndNoOpenFiles() async throws {
            pipeline(
                """
                  input: { shell: "cat; echo end" }
                  files: { shell: "ls /proc/self/fd | wc -l; readlink /proc/self/fd/0" }
                """)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.output(of: "run:input") == ["end"])
            // Input, output, errors, and the folder that ls has open.
            #expect(run.output(of: "run:files") == ["4", "/dev/null"])
        }

        @Test func shellStepsEndAtTheFirstFailure() async throws {
            pipeline(
                """
                  words: { shell: 'echo "$HOME" | grep -c home; echo "a  b"' }
                  stops: { shell: "false; echo not reached" }
                  unset: { shell: "echo $NOWHERE_SET" }
                """)
            let run = try await desk.run("--keep-going")
            #expect(run.output(of: "run:words") == ["1", "a  b"])
            #expect(run.output(of: "run:stops") == [])
            #expect(run.summary["failed"].int == 2)
        }

        @Test func linesOfParallelStepsStayWhole() async throws {
            let count = 400
            let filler = String(repeating: "0123456789", count: 12)
            // Each line is written in two pieces.
            let script = { (sign: String) in
                "i=0; while [ $i -lt \(count) ]; do printf '\(sign)-%s-' $i; printf '\(filler)\\\\n'; i=$((i+1)); done"
            }
            pipeline("  left: { shell: \"\(script("L"))\" }\n  right: { shell: \"\(script("R"))\" }")
            let ended = try await desk.pipeline("run", "--jobs", "2", "-v")
            #expect(ended.exit == .code(0), "\(ended.err)")
            for (step, sign) in [("left", "L"), ("right", "R")] {
                let printed = ended.out.lines.filter { $0.hasPrefix(step) }
                let wanted = (0..<count).map { "\(sign)-\($0)-\(filler)" }
                #expect(printed.map { $0.components(separatedBy: " | ").last! } == wanted, "\(step)")
            }
        }

        @Test func declaredOutputsArePutBackWithoutRunning() async throws {
            desk.write("in.txt", "one\n")
            pipeline(
                """
                  make: { shell: "echo made; mkdir -p out; cp in.txt out/copy.txt; cp in.txt tool.sh; chmod +x tool.sh", inputs: [in.txt], outputs: [out/copy.txt, tool.sh] }
                """)
            let first = try await desk.run()
            first.expectGreen()
            #expect(try first.finished("run:make").outputs.map { $0["name"].string } == ["out/copy.txt", "tool.sh"])
            desk.remove("out")
            desk.remove("tool.sh")
            try await desk.run().expectNothingRan()
            #expect(desk.read("out/copy.txt") == "one\n")
            #expect(fileStatus("\(desk.root)/tool.sh")?.kind == .file(executable: true))

            desk.write("out/copy.txt", "spoilt\n")
            try await desk.run().expectNothingRan()
            #expect(desk.read("out/copy.txt") == "one\n")

            // An earlier state of the input has its own outputs.
            desk.write("in.txt", "two\n")
            #expect(try await desk.run().ran == ["run:make"])
            #expect(desk.read("out/copy.txt") == "two\n")
            desk.write("in.txt", "one\n")
            try await desk.run().expectNothingRan()
            #expect(desk.read("out/copy.txt") == "one\n")
        }

        @Test func missingOutputIsRed() async throws {
            pipeline("  make: { run: [\"true\"], outputs: out.txt }")
            let run = try await desk.run()
            #expect(run.ended.exit == .code(1))
            let failure = try run.finished("run:make").failure
            #expect(failure["kind"].string == "missing-output" && failure["path"].string == "out.txt")
        }

        @Test func replayedOutputIsWhatWasPrinted() async throws {
            pipeline("  say: { shell: \"echo one; echo two >&2; printf three\" }")
            let first = try await desk.run()
            let again = try await desk.run("-v")
            again.expectNothingRan()
            #expect(first.output(of: "run:say") == ["one", "two", "three"])
            #expect(again.output(of: "run:say") == ["one", "two", "three"])
            #expect(try await desk.run().output(of: "run:say") == [])
        }

        @Test func cacheFalseRunsEachTime() async throws {
            pipeline("  always: { run: [echo, again], cache: false }\n  once: { run: [echo, once] }")
            #expect(try await desk.run().executed == 2)
            let again = try await desk.run()
            again.expectGreen()
            #expect(again.ran == ["run:always"])
            #expect(try await desk.plan()["run:always"]?.would == "run")
        }

        @Test func timeoutEndsTheWholeTree() async throws {
            pipeline("  slow: { shell: \"sleep 4711 & sleep 4711\", timeout: 400ms }")
            let run = try await desk.run()
            #expect(run.ended.exit == .code(1))
            #expect(run.ended.elapsed < .seconds(20))
            let failure = try run.finished("run:slow").failure
            #expect(failure["kind"].string == "timeout" && failure["limit_ms"].int == 400)
            #expect(LivingProcesses.naming(desk.store) == [])
        }

        @Test func retriesUntilGreen() async throws {
            pipeline("  flaky: { shell: \"echo try; [ -e seen ] || { touch seen; exit 7; }\", retries: 2, inputs: [] }")
            let run = try await desk.run()
            run.expectGreen()
            let retried = run.events("action.retried")
            #expect(retried.map { $0["attempt"].int } == [2] && retried.first?["failure"]["code"].int == 7)
            #expect(run.output(of: "run:flaky") == ["try", "try"])
            #expect(run.executed == 1 && run.summary["failed"].int == 0)
        }

        @Test func retriesEnd() async throws {
            pipeline("  broken: { shell: \"echo try; exit 7\", retries: 2 }")
            let run = try await desk.run()
            #expect(run.ended.exit == .code(1))
            #expect(run.output(of: "run:broken") == ["try", "try", "try"])
            #expect(run.events("action.retried").map { $0["attempt"].int } == [2, 3])
        }
    }
}

extension Substring {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
