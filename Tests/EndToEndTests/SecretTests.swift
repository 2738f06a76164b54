/// Secrets in real runs: who is given them, and that they stand nowhere afterwards, however they were printed.
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
    struct Secrets {
        private static let token = "t0ken/of+mine\"&<é>' 42%?"
        private static let key = "-----BEGIN KEY OF MINE-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY OF MINE-----\n"
        private let desk = Desk(store: WarmStore.path)

        /// Prints what it is given in every way it can.
        private static let leak = #"""
            printf '%s' "$DEPLOY_TOKEN" | sha256sum
            echo "it is $DEPLOY_TOKEN."
            echo "to stderr $DEPLOY_TOKEN" >&2
            printf '%s' "$DEPLOY_TOKEN" | head -c 9; sleep 0.2; printf '%s' "$DEPLOY_TOKEN" | tail -c +10; echo
            printf '%s\n%s\n' "$(printf %s "$DEPLOY_TOKEN" | head -c 9)" "$(printf %s "$DEPLOY_TOKEN" | tail -c +10)"
            for before in "" x xx; do
                printf '%s%s' "$before" "$DEPLOY_TOKEN" | base64
                printf '%s%s' "$before" "$DEPLOY_TOKEN" | base64 -w 10
                printf '%s%s' "$before" "$DEPLOY_TOKEN" | base64 | tr '+/' '-_' | tr -d '='
            done
            printf '%s' "$DEPLOY_TOKEN" | od -An -tx1 | tr -d ' \n'; echo
            python3 -c 'import json, os, urllib.parse as p; t = os.environ["DEPLOY_TOKEN"]; print(p.quote(t), p.quote_plus(t), p.quote(t, safe=""), json.dumps(t))'
            cat "$KEY"; base64 "$KEY"; sed -n 2p "$KEY"
            head -c 70000 /dev/zero | tr '\0' a; echo "$DEPLOY_TOKEN"
            echo "$DEPLOY_TOKEN" >"$HOME/.token"
            echo "$HOME"
            """#

        private func write(_ steps: String, more: String = "") {
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3" }
                secrets:
                  deploy-token: { env: DEPLOY_TOKEN }
                  key: { file: ~/key.pem, env: KEY }
                \(more)
                steps:
                \(steps.lines.map { "  \($0)" }.joined(separator: "\n"))

                """)
        }

        private func given(_ token: String = Self.token) -> [String: String] { ["DEPLOY_TOKEN": token, "PYTHONIOENCODING": "utf-8"] }

        private func prepare() {
            desk.write("go.mod", "module example.com/secrets\n\ngo 1.27\n")
            desk.write("leak.sh", Self.leak)
            desk.folder.write("home/key.pem", Self.key)
        }

        private func pipeline(_ words: String...) async throws -> Ended { try await desk.start(words, environment: given()).end() }

        private func expectNothing(_ spellings: Spellings, _ place: SourceLocation = #_sourceLocation) async throws {
            #expect(try await spellings.files(below: desk.store, in: desk.folder) == [], sourceLocation: place)
        }

        @Test func nothingKeepsOrShowsThem() async throws {
            prepare()
            write(
                """
                leak: { run: [sh, -eu, leak.sh], secrets: [deploy-token, key] }
                red: { shell: '. ./leak.sh; exit 3', secrets: [deploy-token, key] }
                test: { test: ./..., secrets: [deploy-token] }
                hold: { shell: 'mkdir -p dist; printf "x%s" "$DEPLOY_TOKEN" | base64 >dist/x', secrets: [deploy-token], outputs: [dist/x] }
                served:
                  run: [sleep, "1"]
                  services: { db: { run: [sh, -euc, 'echo "db has $DEPLOY_TOKEN"; sleep 5'], secrets: [deploy-token] } }
                """)
            desk.write(
                "leak_test.go",
                """
                package secrets

                import (
                \t"os"
                \t"testing"
                )

                func TestLeak(t *testing.T) { os.Stdout.WriteString("token=" + os.Getenv("DEPLOY_TOKEN") + "\\n") }

                """)
            let spellings = try await Spellings(of: [Self.token, Self.key])
            #expect(spellings.all.count > 20)
            // The search finds what is there.
            desk.folder.write("control/plain", "x\(Self.token)y")
            desk.folder.write("control/line", "AQEFAASCBKcwggSjAgEAAoIB")
            #expect(try await spellings.files(below: "\(desk.folder.path)/control", in: desk.folder).count == 2)

            let hash = try await desk.shell("printf '%s' '\(Self.token.replacing("'", with: "'\\''"))' | sha256sum").prefix(64)
            var said: [Ended] = []
            let green = try await pipeline("run", "--json", "leak", "test", "served")
            #expect(green.exit == .code(0), "\(green.transcript)")
            #expect(green.out.contains(hash), "the step has the value itself")
            #expect(green.out.contains("it is ***.") && green.out.contains("[db] db has ***"))
            said.append(green)
            said.append(try await pipeline("run", "-v", "leak", "test", "served"))
            #expect(said.last!.out.contains("it is ***.") && said.last!.out.contains("known from an earlier run"))
            for words in [["run", "red"], ["run", "--json", "red"], ["run", "-v", "--color", "always", "red"]] {
                let red = try await desk.start(words, environment: given()).end()
                #expect(red.exit == .code(1) && red.out.contains("***") && red.out.contains("exit code 3"), "\(red.transcript)")
                said.append(red)
            }
            let held = try await pipeline("run", "hold")
            #expect(held.exit == .code(1) && held.out.contains("output dist/x holds the secret deploy-token"), "\(held.transcript)")
            said.append(held)
            for words in [["plan", "--json"], ["plan"], ["explain", "leak", "red", "--json"], ["explain", "leak"], ["plan", "--format", "dot"]] {
                said.append(try await desk.start(words, environment: given()).end())
                #expect(said.last!.exit == .code(0), "\(said.last!.transcript)")
            }
            for ended in said { #expect(spellings.found(in: ended.out + ended.err) == [], "\(ended.transcript.prefix(2000))") }
            try await expectNothing(spellings)
            // The home of such a step is its own, and gone.
            #expect(!green.out.contains("\"\(desk.store)/v2/home\""))
        }

        @Test(arguments: [SIGINT, SIGKILL])
        func killedInTheMiddleItLeavesNothing(signal: Int32) async throws {
            prepare()
            // Of a run that had no time to clean up, what the step itself wrote to its home is left for a day.
            if signal == SIGKILL { try desk.edit("leak.sh", #"echo "$DEPLOY_TOKEN" >"$HOME/.token""#, "") }
            write("slow: { shell: '. ./leak.sh; echo said; echo ,,,,,,,,; sleep 60', secrets: [deploy-token, key] }")
            let spellings = try await Spellings(of: [Self.token, Self.key])
            let program = try desk.start(["run", "--json"], environment: given())
            let end = ContinuousClock.now + .seconds(60)
            while !program.outSoFar.contains("\"said\"") {
                try #require(ContinuousClock.now < end, "\(program.outSoFar)")
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(spellings.found(in: program.outSoFar) == [])
            kill(program.pid, signal)
            #expect(try await program.end().exit == (signal == SIGINT ? .code(130) : .signal(SIGKILL)))
            try await expectNothing(spellings)
        }

        @Test func onlyWhoNamesOneSeesIt() async throws {
            prepare()
            write(
                """
                sees: { shell: 'test -n "$DEPLOY_TOKEN"; test -f "$KEY"; echo seen', secrets: [deploy-token, key], cache: false }
                blind: { shell: 'test -z "${DEPLOY_TOKEN-}"; test -z "${KEY-}"; grep -q "DEPLOY_TOKEN=\\*\\*\\*" /proc/$PPID/environ; echo blind', cache: false }
                """.replacing("${", with: "$${"))
            let ended = try await pipeline("run")
            #expect(ended.exit == .code(0), "\(ended.transcript)")
        }

        @Test func anotherValueIsNoticedEvenByARunThatHasNothingToDo() async throws {
            prepare()
            write("one: { shell: 'echo done', secrets: [deploy-token] }")
            try await desk.run(environment: given()).expectGreen()
            try await desk.run(environment: given()).expectNothingRan()
            try await desk.run(environment: given()).expectNothingRan()
            let other = try await desk.run(environment: given("another value of it"))
            #expect(other.ran == ["run:one"])
            let finished = try #require(other.all.first { $0["event"].string == "action.finished" })
            #expect(finished["reason"].string == "the secret deploy-token changed")
            try await desk.run(environment: given("another value of it")).expectNothingRan()
            let manifest = try await desk.shell("cat '\(desk.store)/v2/salt' | wc -c; stat -c %a '\(desk.store)/v2/salt'")
            #expect(manifest == "32\n600\n")
        }

        @Test func oneThatIsNotThereIsAnErrorForWhoNeedsIt() async throws {
            prepare()
            write("needs: { shell: 'true', secrets: [deploy-token] }\nfree: { shell: 'true' }")
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(5), "\(ended.transcript)")
            #expect(
                ended.err == """
                    error[secret/missing]: the secret `deploy-token` is not there: DEPLOY_TOKEN is not set
                     --> pipeline.yaml:4:3
                      |
                    4 |   deploy-token: { env: DEPLOY_TOKEN }
                      |   ^^^^^^^^^^^^
                      = note: needs names it
                      = help: put the value there, where pipeline is started

                    1 error

                    """)
            #expect(try await desk.pipeline("run", "free").exit == .code(0))
            #expect(try await desk.pipeline("plan").exit == .code(0))
            let short = try await desk.pipeline("run", "needs", environment: ["DEPLOY_TOKEN": "abc"])
            #expect(short.exit == .code(5) && short.err.contains("is shorter than 4 characters"), "\(short.transcript)")
        }

        @Test func aValueInTheFileIsNoSecret() async throws {
            prepare()
            write("s: { run: [./deploy, --token, hunter2hunter2], secrets: [deploy-token] }")
            let ended = try await desk.pipeline("run", environment: ["DEPLOY_TOKEN": "hunter2hunter2"])
            #expect(ended.exit == .code(2) && ended.err.contains("error[secret/in-file]"), "\(ended.transcript)")
            #expect(!(ended.out + ended.err).contains("hunter2") && ended.err.contains("--> pipeline.yaml:8:33"), "\(ended.err)")
        }

        @Test func noImageOrStatementCarriesOne() async throws {
            prepare()
            desk.write("main.go", "package main\n\nfunc main() { println(\"hello\") }\n")
            let encoded = "aHVudGVyMmh1bnRlcjI="
            write(
                "s: { run: ['true'], secrets: [deploy-token] }",
                more: "artifacts: { app: . }\nimage: { artifact: app, certificates: false, labels: { a: \"\(encoded)\" } }")
            let ended = try await desk.pipeline("image", "--output", "oci-dir:image", environment: ["DEPLOY_TOKEN": "hunter2hunter2"])
            #expect(ended.exit == .code(1) && ended.err.contains("error[image/holds-secret]"), "\(ended.transcript)")
            #expect(!FileExists.at("\(desk.root)/image"))
            let other = try await desk.pipeline("image", "--output", "oci-dir:image", environment: given())
            #expect(other.exit == .code(0) && FileExists.at("\(desk.root)/image"), "\(other.transcript)")
            try await desk.commit()
            let attested = try await desk.pipeline("attest", "--output", "statements", environment: given())
            #expect(attested.exit == .code(0), "\(attested.transcript)")
            #expect((names(in: "\(desk.root)/statements") ?? []).count >= 3)
            let spellings = try await Spellings(of: [Self.token, Self.key])
            for folder in ["image", "statements"] {
                #expect(try await spellings.files(below: "\(desk.root)/\(folder)", in: desk.folder) == [])
            }
        }
    }
}

private enum FileExists {
    static func at(_ path: String) -> Bool { fileStatus(path) != nil }
}
