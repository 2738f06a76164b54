/// `pipeline env` and `pipeline shell`: what a step is given, for a shell, for programs, and to look around in.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo, .needsSandbox)
    struct StepShell {
        private let desk = Desk()

        init() {
            desk.write("sub/file", "x")
            desk.write("hidden", "x")
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                steps:
                  look: { run: [env], env: { ODD: "it's a $$HOME \\"quoted\\" `one`" }, cache: false }
                  closed: { run: ["true"], dir: sub, inputs: ["**"], sandbox: strict }

                """)
        }

        @Test func theEnvironmentIsThatOfTheStep() async throws {
            let run = try await desk.run("look")
            run.expectGreen()
            let json = try await desk.pipeline("env", "look", "--json")
            let document = try JSONValue(json.out)
            #expect(document["step"].string == "look" && document["directory"].string == desk.root)
            #expect(document["sandbox"] == .null)
            guard case .object(let variables) = document["environment"] else {
                Issue.record("\(json.transcript)")
                return
            }
            // But for the folder of each try, they are what the step itself says.
            func steady(_ lines: [String]) -> [String] { lines.filter { !$0.hasPrefix("GOCACHEPROG=") }.sorted() }
            #expect(steady(run.output(of: "run:look")) == steady(variables.map { "\($0.key)=\($0.value.string ?? "")" }))
            // A shell reads the same from the text.
            let text = try await desk.pipeline("env", "look")
            desk.folder.write("variables", text.out)
            let read = try await desk.shell("set -a; . '\(desk.folder.path)/variables'; env -i ODD=\"$ODD\" PATH=/usr/bin:/bin env | grep ODD")
            #expect(read == "ODD=it's a $HOME \"quoted\" `one`\n")
        }

        @Test func aShellIsWhereTheStepIs() async throws {
            let binary = try #require(RealParts.binary)
            let said = try await desk.shell(
                """
                echo 'pwd; echo "$TZ $CALLERS_SECRET."; ls; ls ..; echo y > file || exit 7' | \
                    SHELL=/bin/sh '\(binary)' shell closed --store '\(desk.store)' 2>/dev/null || echo "exit $?"
                """)
            #expect(said == "\(desk.root)/sub\nUTC .\nfile\nsub\nexit 7\n")
            let open = try await desk.shell(
                "echo 'ls; kill -TERM $$' | SHELL=/bin/sh '\(binary)' shell look --store '\(desk.store)' || echo \"exit $?\"")
            #expect(open == "hidden\npipeline.yaml\nsub\nexit 143\n")
        }

        @Test(arguments: ["off", "strict"]) func secretsAreMaskedAndGiven(_ sandbox: String) async throws {
            desk.folder.write("home/key", "key-of-mine\n")
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                sandbox: \(sandbox)
                secrets: { token: { env: TOKEN }, key: { file: ~/key, env: KEY } }
                steps:
                  use:
                    shell: 'test "$${#TOKEN}" = 13; test "$(wc -c <"$KEY")" = 12; echo "$TOKEN"; cat "$KEY"; echo x > "$HOME/x"'
                    secrets: [token, key]

                """)
            let given = ["TOKEN": "token-of-mine"]
            let run = try await desk.run(environment: given)
            run.expectGreen()
            #expect(run.output(of: "run:use") == ["***", "***"])
            for arguments in [["env", "use"], ["env", "use", "--json"]] {
                let ended = try await desk.start(arguments, environment: given).end()
                #expect(ended.exit == .code(0) && ended.out.contains("***"), "\(ended.transcript)")
                #expect(!ended.out.contains("of-mine"), "\(ended.transcript)")
            }
            let binary = try #require(RealParts.binary)
            let said = try await desk.shell(
                "echo 'echo \"$TOKEN\"; cat \"$KEY\"' | TOKEN=token-of-mine '\(binary)' shell use --store '\(desk.store)'")
            #expect(said == "token-of-mine\nkey-of-mine\n")
            let missing = try await desk.pipeline("env", "use")
            #expect(missing.exit == .code(5) && missing.err.contains("error[secret/missing]"), "\(missing.transcript)")
        }

        @Test func aStepThatIsNoneIsAMistake() async throws {
            for command in ["env", "shell"] {
                let ended = try await desk.pipeline(command, "lok")
                #expect(ended.exit == .code(2) && ended.err.contains("did you mean `look`?"), "\(ended.transcript)")
            }
        }
    }
}
