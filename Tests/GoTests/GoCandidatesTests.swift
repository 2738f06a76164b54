import Diagnostics
import Go
import Synchronization
import TestSupport
import Testing

@Suite struct GoCandidatesTests {
    /// A folder in which Gos of all kinds are installed, none of which runs.
    private func machine() -> TemporaryFolder {
        let folder = TemporaryFolder()
        for (root, version) in [
            ("sdk-a", "go1.26.1\ntime 2026-01-01T00:00:00Z\n"), ("home/sdk/go1.27.3", "go1.27.3"),
            ("usr/local/go", "go1.25.0"), ("usr/lib/go-1.9", "go1.9"), ("usr/lib/go-1.24", "go1.24.11\n"),
            ("usr/lib/golang", "go1.2"),
        ] {
            folder.write("\(root)/bin/go", "#!/bin/false\n", mode: 0o755)
            folder.write("\(root)/VERSION", version)
        }
        folder.write("launcher/bin/go", "#!/bin/false\n", mode: 0o755)
        folder.write("plain/go", "not executable")
        folder.write("folder/go/file", "a folder is no go")
        folder.write("usr/bin/other", "")
        makeLink("\(folder.path)/usr/bin/go", to: "../lib/go-1.24/bin/go")
        return folder
    }

    @Test func candidatesComeInTheirOrderAndOnce() {
        let folder = machine()
        let path = ["plain", "folder", "launcher/bin", "usr/bin", "sdk-a/bin/", "usr/lib/go-1.24/bin"]
            .map { "\(folder.path)/\($0)" }
        let found = goCandidates(
            path: ["relative"] + path, home: "\(folder.path)/home", version: "1.27.3", root: folder.path)
        #expect(
            found.map { "\($0.executable.dropFirst(folder.path.count)) \($0.claimedVersion ?? "?")" } == [
                "/launcher/bin/go ?", "/usr/bin/go 1.24.11", "/sdk-a/bin/go 1.26.1",
                "/home/sdk/go1.27.3/bin/go 1.27.3", "/usr/local/go/bin/go 1.25.0", "/usr/lib/go-1.9/bin/go 1.9",
            ])
    }

    @Test func newerDistributionPackagesComeFirst() {
        let folder = machine()
        let found = goCandidates(path: [], home: nil, version: nil, root: folder.path)
        #expect(found.map(\.claimedVersion) == ["1.25.0", "1.24.11", "1.9"])
    }

    private let candidates = [
        GoCandidate(executable: "/v/bin/go"), GoCandidate(executable: "/usr/bin/go", claimedVersion: "1.24.11"),
        GoCandidate(executable: "/b/go", claimedVersion: "1.27.3"), GoCandidate(executable: "/c/go"),
    ]

    private func choose(_ requirement: GoRequirement, answers: [String: String]) async -> (GoChoice, [String]) {
        let asked = Mutex<[String]>([])
        let choice = await chooseGo(requirement, among: candidates) { candidate in
            asked.withLock { $0.append(candidate.executable) }
            return answers[candidate.executable]
        }
        return (choice, asked.withLock { $0 })
    }

    @Test func theFirstThatWillDoIsChosen() async throws {
        let exact = GoRequirement.exact(try #require(GoVersion("1.27.3")))
        #expect(await choose(exact, answers: [:]) == (.found(candidates[2]), ["/v/bin/go"]))
        #expect(await choose(exact, answers: ["/v/bin/go": "1.27.3"]) == (.found(candidates[0]), ["/v/bin/go"]))
        let atLeast = GoRequirement.atLeast(try #require(GoVersion("1.24")))
        #expect(await choose(atLeast, answers: ["/v/bin/go": "1.23.9"]).0 == .found(candidates[1]))
        #expect(await choose(.any, answers: [:]).0 == .found(candidates[1]))
    }

    @Test func whatWillNotDoIsNamed() async throws {
        let wanted = GoRequirement.exact(try #require(GoVersion("1.26.0")))
        let (choice, asked) = await choose(wanted, answers: ["/c/go": "1.26.1"])
        #expect(asked == ["/v/bin/go", "/c/go"])
        #expect(
            choice
                == .wrong([
                    .init(path: "/usr/bin/go", version: "1.24.11"), .init(path: "/b/go", version: "1.27.3"),
                    .init(path: "/c/go", version: "1.26.1"),
                ]))
        #expect(await chooseGo(wanted, among: [], ask: { _ in nil }) == .absent)
        #expect(await chooseGo(wanted, among: [candidates[0]], ask: { _ in nil }) == .absent)
    }

    @Test func theDiagnosticPointsAtThePin() throws {
        let source = SourceText(file: "pipeline.yaml", text: "go:\n  version: \"1.27.3\"\n")
        let pin = (source, SourceRange(line: 2, column: 12, length: 8))
        let exact = GoRequirement.exact(try #require(GoVersion("1.27.3")))
        let wrong = GoChoice.wrong([.init(path: "/usr/bin/go", version: "1.24.11")])
        #expect(
            described(try #require(wrong.diagnostic(wanting: exact, pin: pin))) == """
                pipeline.yaml:2:12: error: this pipeline wants Go 1.27.3, and this machine has Go 1.24.11 (/usr/bin/go) [go/wrong-version]
                    version: "1.27.3"
                             ^^^^^^^^
                  help: get it with `go install golang.org/dl/go1.27.3@latest && go1.27.3 download`, or change the pin
                """)
        #expect(
            described(try #require(GoChoice.absent.diagnostic(wanting: exact, pin: pin))) == """
                pipeline.yaml:2:12: error: this pipeline wants Go 1.27.3, and there is no Go on PATH, nor where installers put it [go/absent]
                    version: "1.27.3"
                             ^^^^^^^^
                  help: unpack the archive of Go 1.27.3 into ~/sdk/go1.27.3, or install it with your package manager, or change the pin
                """)
        let atLeast = GoRequirement.atLeast(try #require(GoVersion("1.27")))
        #expect(
            described(try #require(wrong.diagnostic(wanting: atLeast))) == """
                -: error: this pipeline wants Go 1.27 or later, and this machine has Go 1.24.11 (/usr/bin/go) [go/wrong-version]
                  help: get it with `go install golang.org/dl/go1.27.0@latest && go1.27.0 download`, or a later one, and put it on PATH
                """)
        #expect(
            described(try #require(GoChoice.absent.diagnostic(wanting: .any))) == """
                -: error: this pipeline wants Go, and there is no Go on PATH, nor where installers put it [go/absent]
                  help: install Go, with your package manager for instance, and put it on PATH
                """)
        #expect(GoChoice.found(candidates[1]).diagnostic(wanting: exact, pin: pin) == nil)
    }
}
