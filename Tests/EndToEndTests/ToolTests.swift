/// Pinned tools and downloaded modules: what is not what was pinned is refused, in the go command's own words.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Tools {
        /// One byte of the example's module is another, and it is a good zip all the same.
        @Test func tamperedModuleIsRefused() async throws {
            // A store of its own: the warm one has the true module.
            let desk = try await Desk.example()
            let zip = "proxy/example.com/wordlist/@v/v1.2.0.zip"
            try await desk.shell(
                """
                python3 - '\(zip)' <<'END'
                import sys, zipfile
                with zipfile.ZipFile(sys.argv[1]) as old:
                    files = [(entry, old.read(entry)) for entry in old.infolist()]
                with zipfile.ZipFile(sys.argv[1], "w") as new:
                    for entry, data in files:
                        new.writestr(entry, data.replace(b"Hello", b"Hullo"))
                END
                """)
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            let whole = ended.out.components(separatedBy: "── download").dropFirst().joined()
            for words in ["verifying example.com/wordlist@v1.2.0: checksum mismatch", "SECURITY ERROR", "This download does NOT match"] {
                #expect(whole.contains(words), "\(words) in \(ended.transcript)")
            }
            // Neither is anything built from it, nor is it kept.
            let again = try await desk.run("--keep-going")
            #expect(again.ended.exit == .code(1) && again.finished.allSatisfy { $0.kind == "download" })
        }

        @Test(arguments: [
            ("latest", "latest"), ("main", "main"), ("v1", "v1"),
        ])
        func versionsThatMoveAreTwo(_ version: String, _ shown: String) async throws {
            let desk = Desk()
            desk.write("pipeline.yaml", "version: 1\ntools:\n  lister: example.com/lister@\(version)\nsteps: { list: { tool: lister } }\n")
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(2) && ended.out == "", "\(ended.transcript)")
            #expect(ended.err.hasPrefix("error[pipeline/unpinned-tool]: "), "\(ended.err)")
            #expect(ended.err.contains(" --> pipeline.yaml:3:"), "\(ended.err)")
        }

        /// Pattern A from a proxy in the repository: built once, found by name in PATH, by `${tool.…}` and as a step.
        @Test func pinnedToolIsBuiltOnceAndRunDirectly() async throws {
            let desk = try await toolDesk()
            let recording = try RecordingTools(in: desk.folder)
            let run = try await desk.run(environment: recording.environment)
            run.expectGreen()
            #expect(run.ran.sorted() == ["run:byname", "run:bypath", "tool:shout", "tool:step:run"])
            for action in ["run:byname", "run:bypath", "tool:step:run"] { #expect(run.output(of: action) == ["HELLO"], "\(action)") }
            #expect(recording.started.filter { $0.hasPrefix("link ") } == ["link linux/amd64 example.com/shout"])
            #expect(!recording.started.contains { $0.hasPrefix("go run") || $0.hasPrefix("go tool") })

            // It is not built again for other inputs.
            recording.forget()
            desk.write("note.txt", "new")
            let again = try await desk.run(environment: recording.environment)
            again.expectGreen()
            #expect(again.ran.sorted() == ["run:byname", "run:bypath", "tool:step:run"])
            #expect(recording.started == [])
        }

        /// By name in a script that a step calls; the program is part of the key, unless the step names others.
        @Test func scriptsFindTheTools() async throws {
            let bench = try await ToolDesk(
                """
                tools:
                  shout: example.com/shout/cmd/shout@VERSION
                  broken: example.com/broken@VERSION
                steps:
                  line: { shell: 'x=$(shout a b); echo "<$x>"', tools: [shout] }
                  script: { shell: "./say.sh hello", tools: shout, inputs: [say.sh] }
                  none: { shell: "command -v shout || echo absent", tools: [], inputs: [] }

                """)
            let desk = bench.desk
            desk.write("say.sh", "#!/bin/sh\nshout \"$@\"\nshout where\n", mode: 0o755)
            // One that cannot be built harms only those that want it.
            let run = try await desk.run("line", "script", "none")
            run.expectGreen()
            #expect(run.output(of: "run:line") == ["<A B>"] && run.output(of: "run:none") == ["absent"], "\(run.ended.transcript)")
            let said = run.output(of: "run:script")
            #expect(said.first == "HELLO" && said.last?.hasPrefix("\(desk.store)/") == true, "\(said)")
            #expect(!run.ran.contains("tool:broken"))

            try desk.edit("pipeline.yaml", "shout/cmd/shout@\(bench.version)", "shout/cmd/shout@\(bench.newer)")
            let changed = try await desk.run("script", "none")
            changed.expectGreen()
            #expect(changed.ran.sorted() == ["run:script", "tool:shout"], "\(changed.ended.transcript)")
        }

        private func toolDesk() async throws -> Desk {
            let desk = Desk(store: WarmStore.path)
            // Nothing is known of this version yet.
            let version = "v1.0.0-\(uniqueName())"
            try await desk.shell(
                """
                module=example.com/shout@\(version)
                mkdir -p proxy/example.com/shout/@v $module
                printf 'module example.com/shout\\n\\ngo 1.24\\n' >$module/go.mod
                cat >$module/main.go <<'END'
                package main

                import (
                	"fmt"
                	"os"
                	"strings"
                )

                func main() { fmt.Println(strings.ToUpper(strings.Join(os.Args[1:], " "))) }
                END
                echo \(version) >proxy/example.com/shout/@v/list
                cp $module/go.mod proxy/example.com/shout/@v/\(version).mod
                echo '{"Version":"\(version)"}' >proxy/example.com/shout/@v/\(version).info
                python3 -c 'import shutil; shutil.make_archive("proxy/example.com/shout/@v/\(version)", "zip", ".", "'$module'")'
                rm -r example.com
                """)
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3", proxy: "file://${root}/proxy", sumdb: "off" }
                tools: { shout: example.com/shout@\(version) }
                steps:
                  step: { tool: shout, args: [hello] }
                  byname: { run: [shout, hello] }
                  bypath: { run: ["${tool.shout}", hello] }

                """)
            return desk
        }
    }
}
