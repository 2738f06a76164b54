/// The review by the real binary: exit codes, forms, fixes, baseline. No Go is needed.
import TestSupport
import Testing

extension EndToEnd {
    @Suite
    struct Audit {
        private func desk() async throws -> Desk {
            let desk = Desk("repository", goRoot: nil)
            desk.write("go.mod", "module example.com/m\n\ngo 1.24\n")
            desk.write("main.go", "package main\n\nfunc main() {}\n")
            desk.write("more.go", "package main\n")
            desk.write("Makefile", "dev:\n\tgo run main.go -v\n")
            desk.write("run", "#!/bin/sh\ngo run example.com/cmd/tool@latest\n", mode: 0o755)
            desk.write("vendor/x/Makefile", "all:\n\tgo run example.com/cmd/tool@latest\n")
            desk.write("notes", "go run example.com/cmd/tool@latest\n")
            desk.write(".gitignore", "/ignored.sh\n")
            desk.write("ignored.sh", "go run example.com/cmd/tool@latest\n")
            try await desk.commit()
            return desk
        }

        @Test func findsAndExitsWithThree() async throws {
            let ended = try await desk().pipeline("audit")
            #expect(ended.exit == .code(3) && ended.err == "", "\(ended.transcript)")
            #expect(
                ended.out == """
                    warning[policy/go-run-file]: `main.go` alone leaves out `more.go` of the same package
                     --> Makefile:2:9
                      |
                    2 |     go run main.go -v
                      |            ^^^^^^^
                      = help: name the package: `.`

                    error[policy/unpinned-tool]: `tool` is fetched at `@latest`, which is another version tomorrow
                     --> run:2:8
                      |
                    2 | go run example.com/cmd/tool@latest
                      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^
                      = help: write one released version, as in `example.com/cmd/tool@v1.2.3`

                    1 error, 1 warning
                    1 of them can be mended by `pipeline audit --fix`

                    """, "\(ended.out)")
        }

        @Test func failsOnWhatItIsToldTo() async throws {
            let desk = try await desk()
            desk.write("run", "#!/bin/sh\ngo run example.com/cmd/tool@v1.2.3\n", mode: 0o755)
            #expect(try await desk.pipeline("audit").exit == .code(3))
            let lenient = try await desk.pipeline("audit", "--fail-on", "error")
            #expect(lenient.exit == .code(0) && lenient.out.contains("1 warning"))
            desk.write("pipeline.yaml", "version: 1\nsteps: { vet: { vet: ./... } }\naudit: { fail-on: error }\n")
            #expect(try await desk.pipeline("audit").exit == .code(0))
            #expect(try await desk.pipeline("audit", "--fail-on", "fatal").exit == .code(2))
        }

        @Test func json() async throws {
            let ended = try await desk().pipeline("audit", "--json")
            #expect(ended.exit == .code(3) && ended.err == "")
            let findings = try #require(JSONValue(ended.out)["findings"].list)
            #expect(findings.count == 2)
            let last = try #require(findings.last)
            #expect(last["rule"].string == "policy/unpinned-tool" && last["file"].string == "run")
            #expect(last["line"].int == 2 && last["column"].int == 8 && last["severity"].string == "error")
            #expect(last["message"].string?.contains("@latest") == true && last["fix"].string?.contains("@v1.2.3") == true)
        }

        @Test func sarifAndAnnotations() async throws {
            let desk = try await desk()
            let sarif = try JSONValue(try await desk.pipeline("audit", "--sarif").out)
            #expect(sarif["version"].string == "2.1.0")
            #expect(sarif["runs"].list?.first?["results"].list?.count == 2)
            let annotations = try await desk.pipeline("audit", "--github")
            #expect(annotations.out.lines.first?.hasPrefix("::warning file=Makefile,line=2,col=9,endColumn=16,title=policy/go-run-file::") == true)
            #expect(try await desk.pipeline("audit", "--json", "--sarif").exit == .code(2))
        }

        @Test func mends() async throws {
            let desk = try await desk()
            let before = desk.read("Makefile")
            let dry = try await desk.pipeline("audit", "--fix", "--dry-run")
            #expect(dry.out.contains("-\tgo run main.go -v\n+\tgo run . -v\n"), "\(dry.transcript)")
            #expect(desk.read("Makefile") == before)
            let ended = try await desk.pipeline("audit", "--fix")
            #expect(ended.exit == .code(3) && !ended.out.contains("go-run-file"), "\(ended.transcript)")
            #expect(desk.read("Makefile") == "dev:\n\tgo run . -v\n")
            desk.write("run", "#!/bin/sh\ngo run example.com/cmd/tool@v1.2.3\n", mode: 0o755)
            let green = try await desk.pipeline("audit")
            #expect(green.exit == .code(0) && green.out == "no findings · 2 files with commands read\n", "\(green.transcript)")
        }

        @Test func aBaselineIsWrittenAndRead() async throws {
            let desk = try await desk()
            let written = try await desk.pipeline("audit", "--baseline", "known.txt", "--write-baseline")
            #expect(written.exit == .code(0), "\(written.transcript)")
            #expect(try await desk.pipeline("audit", "--baseline", "known.txt").exit == .code(0))
            desk.write("run", "#!/bin/sh\ngo run example.com/cmd/other@latest\n", mode: 0o755)
            #expect(try await desk.pipeline("audit", "--baseline", "known.txt").exit == .code(3))
            #expect(try await desk.pipeline("audit", "--baseline", "absent.txt").exit == .code(2))
        }

        @Test func explainsItsRules() async throws {
            let desk = Desk("empty", goRoot: nil)
            let page = try await desk.pipeline("audit", "--explain", "unpinned-tool")
            #expect(page.exit == .code(0) && page.out.hasPrefix("# policy/unpinned-tool\n"))
            let unknown = try await desk.pipeline("audit", "--explain", "unpined-tool")
            #expect(unknown.exit == .code(2) && unknown.err.contains("did you mean `unpinned-tool`?"))
            #expect(try await desk.pipeline("audit", "--rules").out.lines.count > 25)
        }

        /// As a step of a pipeline: cached as any other, and decided by every file.
        @Test(.needsGo) func isAStep() async throws {
            let desk = Desk("repository")
            desk.write("go.mod", "module example.com/m\n\ngo 1.24\n")
            desk.write("main.go", "package main\n\nfunc main() {}\n")
            desk.write("more.go", "package main\n")
            desk.write("Makefile", "dev:\n\tgo run main.go -v\n")
            desk.write("pipeline.yaml", "version: 1\nsteps: { review: { policy: check } }\n")
            let red = try await desk.run()
            #expect(red.ended.exit == .code(1), "\(red.ended.transcript)")
            #expect(red.output(of: "policy:review").contains { $0.contains("policy/go-run-file") })

            desk.write("Makefile", "dev:\n\tgo run . -v\n")
            let green = try await desk.run()
            green.expectGreen()
            #expect(green.ran == ["policy:review"])
            try await desk.run().expectNothingRan()
            desk.write("notes", "a new file may be one that runs commands\n")
            #expect(try await desk.run().ran == ["policy:review"])

            // Another pipeline's settings are used where it is that one's step.
            desk.write("pipelines/lenient.yaml", "version: 1\nsteps: { review: { policy: check } }\naudit: { fail-on: error }\n")
            desk.write("Makefile", "dev:\n\tgo run main.go -v\n")
            #expect(try await desk.run().ended.exit == .code(1))
            try await desk.run("--pipeline", "lenient").expectGreen()
        }
    }
}
