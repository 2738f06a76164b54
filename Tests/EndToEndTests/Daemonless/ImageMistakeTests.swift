/// What is wrong with an image is said before anything is written: each mistake by its id and exit code.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ImageMistakes {
        @Test("Arguments that make no sense are said before anything is built")
        func refusesArguments() async throws {
            let hello = HelloDesk()
            for arguments in [["--output", "zip:x"], ["--output", "oci-dir:"], ["--output", "x"], ["--tag", "a b"]] {
                let ended = try await hello.desk.start(["image"] + arguments).end()
                #expect(ended.exit == .code(2), "\(arguments): \(ended.transcript)")
            }
            #expect(try await hello.mistake("--platforms", "windows/amd64") == "image/bad-platform 2")
            #expect(try await hello.mistake("--platforms", "linux") == "image/bad-platform 2")
            #expect(try await hello.mistake("--push", "UPPER/case") == "registry/bad-reference 2")
            #expect(
                try await hello.mistake("--push", "localhost:1/a@sha256:\(String(repeating: "0", count: 64))") == "registry/bad-reference 2")
            #expect(try await hello.mistake("other") == "image/which-artifact 2")
            #expect(try await hello.mistake(environment: ["SOURCE_DATE_EPOCH": "yesterday"]) == "image/bad-time 2")
            #expect(hello.desk.read("image") == nil)
        }

        @Test("What an image cannot have is said")
        func refusesImages() async throws {
            #expect(try await HelloDesk(image: "tmp: true").mistake() == "image/no-certificates 2")
            #expect(try await HelloDesk(image: "certificates: true").mistake() == "image/no-certificates 2")
            #expect(try await HelloDesk(image: "extra: { final: COPY a b }").mistake() == "image/extra 2")
            #expect(try await HelloDesk(platforms: "[darwin/arm64]").mistake() == "image/not-for-linux 2")
            let two = HelloDesk()
            let ended = try await two.desk.start(
                ["image", "--json", "--platforms", "linux/amd64,linux/arm64", "--output", "docker-archive:x.tar"]
            ).end()
            #expect(ended.exit == .code(2) && ended.out.contains("image/one-platform"))
            two.desk.write("taken/file", "mine")
            #expect(try await two.mistake("--output", "oci-dir:taken") == "image/in-the-way 2")
            #expect(two.desk.read("taken/file") == "mine")
            #expect(try await two.mistake("--output", "oci-dir:/proc/nothing/here") == "image/unwritable 5")
        }

        @Test("A registry that is not there is said, soon", .timeLimit(.minutes(10)))
        func noticesNobody() async throws {
            #expect(try await HelloDesk().mistake("--push", "127.0.0.1:9/a:1") == "registry/unreachable 5")
        }

        @Test("A dynamic program is refused before any image is made")
        func refusesDynamic() async throws {
            let hello = HelloDesk()
            try hello.desk.edit("pipeline.yaml", "build: .,", "build: ., env: { GOFLAGS: -buildmode=pie },")
            #expect(try await hello.mistake("--output", "oci-dir:image") == "artifact/dynamic 2")
            #expect(hello.desk.read("image/index.json") == nil)
        }

        @Test("Red is red: what cannot be linked makes no image")
        func stopsAtRed() async throws {
            let hello = HelloDesk()
            hello.desk.write("main.go", "package main\n\nfunc main() { return 1 }\n")
            #expect(try await hello.mistake("--output", "oci-dir:image") == "artifact/not-built 1")
        }
    }
}
