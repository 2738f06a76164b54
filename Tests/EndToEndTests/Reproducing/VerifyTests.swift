/// A second build elsewhere: equal where nothing leaks, and where something does, it is named.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Verify {
        @Test("What nothing leaks into is equal; what was varied is said, and nothing is left behind")
        func isEqual() async throws {
            let desk = try await Desk.copy(of: "Tests/Fixtures/repos/multi-main", store: WarmStore.path)
            let ended = try await desk.start(["verify", "--json"]).end()
            try #require(ended.exit == .code(0), "\(ended.transcript)")
            let report = try JSONValue(ended.out)
            #expect(report.names == ["version", "status", "compared_with", "binaries", "variations", "generators"])
            let binaries = report["binaries"].list ?? []
            #expect(binaries.count == 3 && report["status"].string == "equal")
            for binary in binaries {
                #expect(binary.names == ["artifact", "platform", "status", "digest", "other_digest", "causes"])
                #expect(binary["digest"] == binary["other_digest"] && binary["status"].string == "equal")
            }
            let variations = report["variations"].list ?? []
            #expect(
                Set(variations.compactMap { $0["name"].string }) == [
                    "folder", "caches", "user name", "HOME", "time zone", "locale", "umask", "host name", "processors", "clock", "date",
                    "user id",
                ])
            for variation in variations {
                #expect((variation["second"] == .null) == (variation["reason"] != .null) && variation["first"] != variation["second"])
            }
            #expect(ended.err.contains("elsewhere: go build ./cmd/hours"))
            #expect(try await desk.shell("git status --porcelain") == "")
            #expect((names(in: "\(WarmStore.path)/v2/temporary") ?? []).allSatisfy { fileStatus("\(WarmStore.path)/v2/temporary/\($0)/elsewhere") == nil })
        }

        @Test("Each cause is named, all others are told apart from it")
        func namesCauses() async throws {
            let desk = try await Causes.desk()
            let before = try await desk.run("artifact.stamped")
            #expect(before.status == "green")
            // From here on the tree is dirty, though nothing that is built has changed.
            desk.write("notes.txt", "to be done\n")
            let ended = try await desk.start(["verify", "--json"]).end()
            #expect(ended.exit == .code(4), "\(ended.transcript)")
            let binaries = try JSONValue(ended.out)["binaries"].list ?? []
            let found = Dictionary(
                uniqueKeysWithValues: binaries.map { binary in
                    (binary["artifact"].string ?? "", (status: binary["status"].string ?? "", causes: binary["causes"].list ?? []))
                })
            for (artifact, expected) in Causes.expected {
                let (status, causes) = try #require(found[artifact])
                #expect(causes.compactMap { $0["id"].string } == expected.ids, "\(artifact): \(causes)")
                #expect(status == expected.status, "\(artifact)")
                let words = causes.map { "\($0)" }.joined()
                for word in expected.words { #expect(words.contains(word), "\(artifact): \(word) in \(causes)") }
            }
            #expect(found.count == Causes.expected.count)
            #expect(try JSONValue(ended.out)["generators"].list?.compactMap(\.string) == ["dated", "dice", "paths"])
            #expect(try await desk.shell("git status --porcelain") == "?? notes.txt\n")
        }

        @Test("A second build that is red shows its log, and what git has kept from it")
        func showsRed() async throws {
            let desk = Desk("embedding", store: WarmStore.path)
            desk.write("go.mod", "module example.com/embedding\n\ngo 1.24\n")
            desk.write(".gitignore", "made.txt\n")
            desk.write("made.txt", "by hand\n")
            desk.write("main.go", "package main\n\nimport _ \"embed\"\n\n//go:embed made.txt\nvar made string\n\nfunc main() { println(made) }\n")
            try await desk.commit()
            let ended = try await desk.pipeline("verify")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            #expect(ended.err.contains("error[verify/second-build-red]") && ended.err.contains("pattern made.txt: no matching files found"))
            #expect(ended.err.contains("git ignores these files, so they are not in the other folder: made.txt"))
        }

        @Test("Mistakes are said before anything is built")
        func refuses() async throws {
            let desk = try await Desk.copy(of: "Tests/Fixtures/repos/multi-main", store: WarmStore.path)
            let unknown = try await desk.pipeline("verify", "hour")
            #expect(unknown.exit == .code(2) && unknown.err.contains("arguments/unknown-artifact") && unknown.err.contains("did you mean `hours`?"))
            let several = try await desk.pipeline("verify", "--against", "x")
            #expect(several.exit == .code(2) && several.err.contains("verify/which-artifact"))
        }
    }
}

/// A repository in which every artifact but one has a cause of its own to differ.
private enum Causes {
    struct Expected: Sendable {
        var status = "different"
        var ids: [String]
        var words: [String] = []
    }

    static let expected: [(String, Expected)] = [
        ("same", Expected(status: "equal", ids: [])),
        ("rooted", Expected(ids: ["verify/linker-value"], words: ["main.root"])),
        ("placed", Expected(ids: ["verify/generated-file"], words: ["cmd/placed/where.go", "`paths`", "folder"])),
        ("dated", Expected(ids: ["verify/generated-file"], words: ["cmd/dated/built.go", "`dated`", "a time"])),
        ("dice", Expected(ids: ["verify/embedded-file"], words: ["cmd/dice/dice.txt", "`dice`"])),
        ("flagged", Expected(ids: ["verify/folder"], words: ["a flag of cgo"])),
        ("stamped", Expected(ids: ["verify/vcs-stamp"], words: ["vcs.modified=false", "vcs.modified=true"])),
        ("touched", Expected(status: "unrepeatable", ids: ["verify/dirty-stamp"], words: ["-buildvcs"])),
        ("clock", Expected(ids: ["verify/compile-time"], words: ["cmd/clock/main.go", "__DATE__", "__TIME__"])),
    ]

    static func desk() async throws -> Desk {
        let desk = Desk("causes", store: WarmStore.path)
        desk.write("go.mod", "module example.com/causes\n\ngo 1.27\n")
        desk.write("cmd/same/main.go", "package main\n\nfunc main() { println(1) }\n")
        desk.write("cmd/rooted/main.go", "package main\n\nvar root = \"\"\n\nfunc main() { println(root) }\n")
        desk.write("cmd/placed/main.go", "package main\n\n//go:generate sh gen.sh\n\nfunc main() { println(where) }\n")
        desk.write("cmd/placed/gen.sh", "printf 'package main\\n\\nconst where = \"%s\"\\n' \"$PWD\" >where.go\n")
        desk.write("cmd/placed/where.go", "package main\n\nconst where = \"/home/ada/causes/cmd/placed\"\n")
        desk.write("cmd/dated/main.go", "package main\n\n//go:generate sh gen.sh\n\nfunc main() { println(built) }\n")
        desk.write("cmd/dated/gen.sh", "date '+package main%n%nconst built = \"%Y-%m-%d %H:%M:%S\"' >built.go\n")
        desk.write("cmd/dated/built.go", "package main\n\nconst built = \"2026-01-02 03:04:05\"\n")
        desk.write(
            "cmd/dice/main.go",
            "package main\n\nimport _ \"embed\"\n\n//go:generate sh gen.sh\n\n//go:embed dice.txt\nvar dice string\n\nfunc main() { println(dice) }\n")
        desk.write("cmd/dice/gen.sh", "od -An -N8 -tx8 /dev/urandom >dice.txt\n")
        desk.write("cmd/dice/dice.txt", " 0011223344556677\n")
        desk.write(
            "cmd/clock/main.go",
            """
            package main

            // static const char *built(void) { return "built " __DATE__ " " __TIME__; }
            import "C"

            func main() { println(C.GoString(C.built())) }

            """)
        desk.write(
            "cmd/flagged/main.go",
            """
            package main

            // static const char *where(void) { return WHERE; }
            import "C"

            func main() { println(C.GoString(C.where())) }

            """)
        desk.write(
            "pipeline.yaml",
            """
            version: 1
            name: causes
            go: { version: "1.27.3" }
            artifacts:
              same: ./cmd/same
              rooted: { build: ./cmd/rooted, ldflags: "-X main.root=${root}" }
              placed: ./cmd/placed
              dated: ./cmd/dated
              dice: ./cmd/dice
              flagged: { build: ./cmd/flagged, cgo: true, env: { CGO_CFLAGS: "'-DWHERE=\\"${root}\\"'" } }
              # A kept store has those of other commits: these are nobody else's.
              stamped: { build: ./cmd/same, env: { GOFLAGS: -buildvcs=true, ONLY: "\(uniqueName())" } }
              touched: { build: ./cmd/rooted, env: { GOFLAGS: -buildvcs=true, ONLY: "\(uniqueName())" } }
              # The same settings as the one above, so that the standard library is compiled once for both.
              clock: { build: ./cmd/clock, cgo: true, env: { CGO_CFLAGS: "'-DWHERE=\\"${root}\\"'" } }
            steps:
              paths: { generate: ./cmd/placed, fresh: true }
              dated: { generate: ./cmd/dated, fresh: true }
              dice: { generate: ./cmd/dice, fresh: true }

            """)
        try await desk.commit()
        return desk
    }
}
