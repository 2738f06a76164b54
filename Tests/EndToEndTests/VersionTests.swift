/// What binaries and images say of the commit that they were made from, while commits, tags and edits come and go.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Versions {
        private let desk: Desk

        init() async throws {
            desk = Desk(store: WarmStore.path)
            desk.write("go.mod", "module example.com/stamped\n\ngo 1.27\n")
            desk.write("main.go", "package main\n\nvar version, dirty, commit, time string\n\nfunc main() { println(version, dirty, commit, time) }\n")
            desk.write("note.txt", "\(uniqueName())\n")
            desk.write(".gitignore", "/bin/\n")
            desk.write("pipeline.yaml", """
                version: 1
                go: { version: "1.27.3" }
                artifacts:
                  app:
                    build: .
                    ldflags: -X main.version=${git.describe} -X main.dirty=${git.dirty} -X main.commit=${git.commit} -X main.time=${git.commit.time}
                    output: bin/app
                steps:
                  vet: { vet: ./... }
                image:
                  artifact: app
                  certificates: false
                  labels:
                    org.opencontainers.image.version: "${git.describe}"
                    org.opencontainers.image.revision: "${git.commit}"
                    tree: "dirty=${git.dirty}"

                """)
            try await desk.commit()
        }

        /// What the binary of a run says is what git says; how many actions ran.
        @discardableResult
        private func expectStamped(dirty: Bool, _ place: SourceLocation = #_sourceLocation) async throws -> Int {
            let run = try await desk.run()
            run.expectGreen()
            let said = try await desk.shell("./bin/app 2>&1")
            let git = try await desk.shell(
                "echo $(git describe --tags --always --dirty --abbrev=7) \(dirty) $(git log -1 --format='%H %ct')")
            #expect(said == git, sourceLocation: place)
            #expect(said.contains("-dirty") == dirty, sourceLocation: place)
            return run.executed ?? -1
        }

        @Test func cleanDirtyAndCleanAgain() async throws {
            #expect(try await expectStamped(dirty: false) > 0)
            let clean = try #require(desk.read("bin/app"))
            #expect(try await expectStamped(dirty: false) == 0)
            // Neither is an input of the link.
            desk.write("note.txt", "edited\n")
            #expect(try await expectStamped(dirty: true) > 0)
            #expect(try await expectStamped(dirty: true) == 0)
            try await desk.shell("git checkout -q note.txt")
            #expect(try await expectStamped(dirty: false) == 0, "the clean one is known")
            #expect(try #require(desk.read("bin/app")) == clean)
            // As git describe has it, a file that git does not know makes nothing dirty.
            desk.write("untracked.txt", "new\n")
            try await expectStamped(dirty: false)
            try await desk.shell("git add untracked.txt")
            try await expectStamped(dirty: true)
            try await desk.shell("git reset -q untracked.txt")
            try await expectStamped(dirty: false)
            try await desk.shell("chmod +x note.txt")
            try await expectStamped(dirty: true)
            try await desk.shell("chmod -x note.txt")
            try await expectStamped(dirty: false)
        }

        @Test func commitsAndTagsAreNoticedByARunThatHasNothingElseToDo() async throws {
            try await expectStamped(dirty: false)
            #expect(try await expectStamped(dirty: false) == 0)
            try await desk.shell("git tag v1.0.0")
            #expect(try await expectStamped(dirty: false) == 1)
            #expect(try await desk.shell("./bin/app 2>&1").hasPrefix("v1.0.0 "))
            try await desk.shell("git -c user.name=A -c user.email=a@b.c commit -q --allow-empty -m next")
            #expect(try await expectStamped(dirty: false) == 1)
            try await desk.shell("git tag v1.1.0; git pack-refs --all")
            #expect(try await expectStamped(dirty: false) == 1)
            try await desk.shell("git tag -d v1.1.0 >&2; git checkout -q v1.0.0")
            #expect(try await expectStamped(dirty: false) == 0, "this one is known")
        }

        @Test func whatIsDirtyElsewhereInTheRepositoryCountsToo() async throws {
            try await desk.shell("mkdir nested; git mv go.mod main.go pipeline.yaml nested/")
            desk.write("other/file.txt", "one\n")
            try await desk.commit()
            func run(dirty: Bool) async throws {
                try await RunEvents(desk.start(["run", "--json"], in: "\(desk.root)/nested").end()).expectGreen()
                #expect(try await desk.shell("nested/bin/app 2>&1").contains("-dirty") == dirty)
            }
            try await run(dirty: false)
            try await run(dirty: false)
            desk.write("other/file.txt", "two\n")
            try await run(dirty: true)
            try await desk.shell("git checkout -q other/file.txt")
            try await run(dirty: false)
        }

        @Test func labelsOfAnImageAreThoseOfItsTree() async throws {
            try await desk.shell("git tag v2.0.0")
            func labels() async throws -> [String: JSONValue] {
                removeTree("\(desk.root)/bin/image")
                let ended = try await desk.start(["image", "--json", "--output", "oci-dir:bin/image"]).end()
                try #require(ended.exit == .code(0), "\(ended.transcript)")
                let digest = try #require(JSONValue(ended.out)["platforms"].list?.first?["config"].string?.dropFirst("sha256:".count))
                let config = try JSONValue(try #require(desk.read("bin/image/blobs/sha256/\(digest)")))["config"]["Labels"]
                return ["version": config["org.opencontainers.image.version"], "revision": config["org.opencontainers.image.revision"], "tree": config["tree"]]
            }
            let commit = try await desk.shell("git rev-parse HEAD").lines[0]
            let clean = try await labels()
            #expect(clean["version"]?.string == "v2.0.0" && clean["revision"]?.string == commit && clean["tree"]?.string == "dirty=false")
            desk.write("note.txt", "edited\n")
            let dirty = try await labels()
            #expect(dirty["version"]?.string == "v2.0.0-dirty" && dirty["revision"]?.string == commit && dirty["tree"]?.string == "dirty=true")
            // A builder stamps them by the arguments that it stamps the binary by.
            let dockerfile = try await desk.start(["dockerfile", "--store", desk.store]).end()
            let final = try #require(dockerfile.out.components(separatedBy: "\nFROM scratch\n").last)
            #expect(final.contains("\nARG GIT_DESCRIBE=v2.0.0-dirty\n") && final.contains("\nARG GIT_DIRTY=true\n"), "\(dockerfile.transcript)")
            #expect(final.contains("org.opencontainers.image.version=\"${GIT_DESCRIBE}\"") && final.contains("tree=\"dirty=${GIT_DIRTY}\""))
        }
    }
}
