/// Tools that are no Go modules: fetched, held to their hash, unpacked, run.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ToolBinaries {
        private let step = "steps: { hi: { tool: hello, args: [world] } }\n"

        enum Form: String, CaseIterable {
            case program = "hello"
            case tarball = "hello.tar.gz"
            case zip = "hello.zip"

            static var here: [Form] { RealParts.program("unzip") == nil ? [.program, .tarball] : allCases }

            fileprivate var script: String {
                switch self {
                case .program: "cp bin/hello hello"
                case .tarball: "tar -czf hello.tar.gz bin/hello"
                case .zip: "python3 -m zipfile -c hello.zip bin"
                }
            }
        }

        /// A script, which every machine can run, as it is or in an archive.
        private func desk(_ form: Form) async throws -> (desk: Desk, url: String, hash: String) {
            let desk = Desk(store: WarmStore.path)
            desk.write("out/bin/hello", "#!/bin/sh\n# \(uniqueName())\necho hello $1\n")
            try await desk.shell("cd out && \(form.script)")
            let hash = try await desk.shell("sha256sum <out/\(form.rawValue)").prefix(64)
            return (desk, "file://\(desk.root)/out/\(form.rawValue)", String(hash))
        }

        @Test(arguments: Form.here)
        func isFetchedAndRun(_ form: Form) async throws {
            let (desk, url, hash) = try await desk(form)
            let path = form == .program ? "" : ", path: bin/hello"
            desk.write("pipeline.yaml", "version: 1\ntools:\n  hello:\n    linux/amd64: { url: \"\(url)\", sha256: \"\(hash)\"\(path) }\n" + step)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.output(of: "tool:hi:run") == ["hello world"])
            try await desk.run().expectNothingRan()
        }

        /// Fetched from a server, once.
        @Test func isFetchedOverHTTP() async throws {
            let (desk, _, hash) = try await desk(.tarball)
            let server = try await FolderServer("\(desk.root)/out")
            let address = "\(server.address)/hello.tar.gz"
            desk.write(
                "pipeline.yaml",
                "version: 1\ntools:\n  hello:\n    linux/amd64: { url: \"\(address)\", sha256: \"\(hash)\", path: bin/hello }\n" + step)
            let run = try await desk.run()
            run.expectGreen()
            #expect(run.output(of: "tool:hi:run") == ["hello world"])
            #expect(run.events("fetched").map { $0["from"].string } == [address])
            desk.write("note.txt", "new")
            #expect(try await desk.run().ran == ["tool:hi:run"])
            #expect(await server.stop().filter { $0.contains("GET /hello.tar.gz") }.count == 1)
        }

        @Test func whatIsNotThereIsRed() async throws {
            let (desk, _, hash) = try await desk(.program)
            let server = try await FolderServer("\(desk.root)/out")
            desk.write(
                "pipeline.yaml",
                "version: 1\ntools:\n  hello:\n    linux/amd64: { url: \"\(server.address)/nothing\", sha256: \"\(hash)\" }\n" + step)
            let ended = try await desk.pipeline("run")
            _ = await server.stop()
            #expect(ended.exit == .code(1) && ended.out.contains("404"), "\(ended.transcript)")
        }

        @Test func editsCanBeSaidTwice() async throws {
            let (desk, _, hash) = try await desk(.tarball)
            let server = try await FolderServer("\(desk.root)/out")
            try await desk.shell("cp out/hello.tar.gz out/hello-linux-amd64.tar.gz")
            let head = "# Ours.\nversion: 1\n\n"
            desk.write("pipeline.yaml", head + "# What is done.\n" + step.replacing("tool: hello, args: [world]", with: "fmt: check"))
            let before = try #require(desk.read("pipeline.yaml"))
            let pinned = [
                "--url", "\(server.address)/hello-{os}-{arch}.tar.gz", "--sha256", "linux/amd64=\(hash)", "--path", "bin/hello",
            ]
            func tool(_ words: [String]) async throws -> Ended {
                try await desk.start(["tool", words[0], "--store", desk.store] + words.dropFirst()).end()
            }
            for _ in 1...2 {
                let added = try await tool(["add", "hello"] + pinned)
                #expect(added.exit == .code(0), "\(added.transcript)")
                #expect(desk.read("pipeline.yaml") == head + """
                    tools:
                      hello:
                        linux/amd64: { url: "\(server.address)/hello-linux-amd64.tar.gz", sha256: "\(hash)", path: "bin/hello" }


                    """ + before.dropFirst(head.count))
                #expect(desk.read("pipeline.lock")?.contains("\nbinary hello linux/amd64\n\turl \(server.address)/hello-linux-amd64.tar.gz\n\tsha256 \(hash)\n") == true)
            }
            #expect(try await tool(["run", "hello", "you"]).out == "hello you\n")
            let listed = try await tool(["verify", "--json"])
            #expect(try JSONValue(listed.out)["modules"].list?.first?["from"].string == "\(server.address)/hello-linux-amd64.tar.gz", "\(listed.transcript)")

            let taken = try await tool(["add", "hello", "--url", "\(server.address)/hello.tar.gz", "--sha256", "linux/amd64=\(hash)"])
            #expect(taken.exit == .code(2) && taken.err.contains("error[tool/name-taken]: `hello` is another file for linux/amd64"), "\(taken.transcript)")
            for _ in 1...2 {
                let updated = try await tool(["update", "hello", "--url", "\(server.address)/hello.tar.gz", "--sha256", "linux/amd64=\(hash)"])
                #expect(updated.exit == .code(0), "\(updated.transcript)")
                #expect(desk.read("pipeline.yaml")?.contains("url: \"\(server.address)/hello.tar.gz\", sha256: \"\(hash)\", path: \"bin/hello\" }") == true)
            }
            let more = try await tool(["add", "hello", "--url", "\(server.address)/mac.tar.gz", "--sha256", "darwin/arm64=\(hash)"])
            #expect(more.exit == .code(0) && desk.read("pipeline.yaml")?.contains("    darwin/arm64: { url: ") == true, "\(more.transcript)")
            let none = try await tool(["add", "other", "--url", "https://example.com/x"])
            #expect(none.exit == .code(2) && none.err.contains("error[tool/no-download]: there is no hash"), "\(none.transcript)")
            for _ in 1...2 {
                let removed = try await tool(["remove", "hello"])
                #expect(removed.exit == .code(0), "\(removed.transcript)")
                #expect(desk.read("pipeline.yaml") == before && desk.read("pipeline.lock") == nil)
            }
            _ = await server.stop()
        }

        /// The file at an address does not change: whoever edits the hash alone is asked about it.
        @Test func theLockRemembersTheHash() async throws {
            let (desk, url, hash) = try await desk(.program)
            let file = "version: 1\ntools:\n  hello:\n    linux/amd64: { url: \"\(url)\", sha256: \"\(hash)\" }\n" + step
            desk.write("pipeline.yaml", file)
            let refused = try await desk.pipeline("run", "--locked")
            #expect(refused.exit == .code(2) && refused.err.hasPrefix("error[lock/missing]: pipeline.lock does not have hello for linux/amd64\n --> pipeline.yaml:4:25"), "\(refused.transcript)")
            try await desk.run().expectGreen()
            let other = try await desk.shell("echo '#!/bin/sh' >out/bin/hello; echo echo stolen >>out/bin/hello; cp out/bin/hello out/hello; sha256sum <out/hello").prefix(64)
            desk.write("pipeline.yaml", file.replacing(hash, with: other))
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            #expect(ended.err.hasPrefix("error[lock/other-hash]: hello for linux/amd64 has another hash than pipeline.lock\n --> pipeline.yaml:4:"), "\(ended.err)")
            for words in ["note: pipeline.yaml: sha256 \(other)", "note: pipeline.lock: sha256 \(hash)"] {
                #expect(ended.err.contains(words), "\(words) in \(ended.err)")
            }
            #expect(!ended.out.contains("stolen"))
        }

        @Test func anotherHashIsRefused() async throws {
            let (desk, url, hash) = try await desk(.program)
            let wrong = String(hash.reversed())
            desk.write("pipeline.yaml", "version: 1\ntools:\n  hello:\n    linux/amd64: { url: \"\(url)\", sha256: \"\(wrong)\" }\n" + step)
            let ended = try await desk.pipeline("run")
            #expect(ended.exit == .code(1), "\(ended.transcript)")
            for words in ["\(url) is not what is pinned", "SHA-256  \(hash)", "expected \(wrong)"] {
                #expect(ended.out.contains(words), "\(words) in \(ended.transcript)")
            }
            #expect(!ended.out.contains("| hello world"))
        }
    }
}
