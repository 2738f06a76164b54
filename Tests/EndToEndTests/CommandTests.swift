/// The commands around the pipeline file, help and completions.
import TestSupport
import Testing

extension EndToEnd {
    @Suite
    struct Commands {
        private static let subcommands = ["run", "plan", "validate", "init", "schema", "dockerfile", "audit", "cache", "hook"]

        @Test func schemaIsJSON() async throws {
            let ended = try await Desk().pipeline("schema")
            #expect(ended.exit == .code(0) && ended.err == "")
            let schema = try JSONValue(ended.out)
            #expect(schema["$schema"].string == "https://json-schema.org/draft/2020-12/schema")
            #expect(schema["properties"]["steps"] != .null)
        }

        @Test(.needsGo) func validateSaysNothingIsWrong() async throws {
            let desk = try await WarmStore.knownExample()
            let json = try await desk.pipeline("validate", "--json")
            #expect(json.exit == .code(0) && json.err == "", "\(json.transcript)")
            #expect(try JSONValue(json.out) == .object(["diagnostics": .list([])]))
            let words = try await desk.pipeline("validate")
            #expect(words.out == "pipeline.yaml is valid: 11 actions\n", "\(words.transcript)")
            #expect(try await desk.pipeline("validate", "-q").out == "")
        }

        /// Mistakes that only the repository can tell.
        @Test(.needsGo) func validateLooksBehindTheFile() async throws {
            let desk = try await WarmStore.knownExample()
            try desk.edit("pipeline.yaml", "build: ./cmd/greet", "build: ./cmd/greeter")
            let ended = try await desk.pipeline("validate", "--json")
            #expect(ended.exit == .code(2))
            let found = try #require(JSONValue(ended.out)["diagnostics"].list?.first)
            #expect(found["id"].string == "plan/no-such-package" && found["file"].string == "pipeline.yaml")
            #expect(found["line"].int ?? 0 > 1 && found["column"].int == 12, "\(found)")
        }

        @Test func listsItsCommands() async throws {
            let help = try await Desk().pipeline("--help")
            #expect(help.exit == .code(0) && help.err == "")
            for name in Self.subcommands { #expect(help.out.contains("\n  \(name) "), "\(name) in \(help.out)") }
            #expect(try await Desk().pipeline("--version").out.lines.first?.split(separator: ".").count == 3)
        }

        @Test(arguments: subcommands)
        func helpHasAnExample(_ name: String) async throws {
            let help = try await Desk().pipeline(name, "--help")
            #expect(help.exit == .code(0) && help.err == "")
            let examples = help.out.components(separatedBy: "EXAMPLE").dropFirst().first ?? ""
            #expect(examples.contains("\n  pipeline \(name)"), "\(help.out)")
        }

        @Test(arguments: ["bash", "zsh", "fish"])
        func completionsAreScripts(_ shell: String) async throws {
            let desk = Desk()
            let ended = try await desk.pipeline("--generate-completion-script", shell)
            #expect(ended.exit == .code(0) && ended.err == "")
            for name in Self.subcommands { #expect(ended.out.contains(name), "\(name)") }
            desk.write("completions", ended.out)
            if RealParts.program(shell) != nil { try await desk.shell("\(shell) -n completions") }
        }

        @Test func bashCompletesCommandsAndOptions() async throws {
            let desk = Desk()
            desk.write("completions", try await desk.pipeline("--generate-completion-script", "bash").out)
            desk.write(
                "complete",
                """
                . ./completions
                complete -p pipeline
                COMP_WORDS=(pipeline pl) COMP_CWORD=1 COMP_LINE="pipeline pl" COMP_POINT=11
                _pipeline pipeline pl pipeline
                printf '%s\\n' "${COMPREPLY[@]}"
                COMPREPLY=()
                COMP_WORDS=(pipeline run --keep) COMP_CWORD=2 COMP_LINE="pipeline run --keep" COMP_POINT=19
                _pipeline pipeline --keep run
                printf '%s\\n' "${COMPREPLY[@]}"

                """)
            let words = try await desk.shell("bash complete").lines
            #expect(words.first?.hasSuffix(" -F _pipeline pipeline") == true, "\(words)")
            #expect(words.dropFirst() == ["plan", "--keep-going", ""], "\(words)")
        }
    }
}
