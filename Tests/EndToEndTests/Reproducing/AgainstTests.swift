/// What was shipped, beside what is linked here: a file, and images in every form.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct VerifyAgainst {
        /// A repository with one small program, `app`.
        private func desk(_ artifact: String = "", go: String = "1.27.3", root: String? = RealParts.go) async throws -> Desk {
            let desk = Desk("app", store: WarmStore.path, goRoot: root)
            desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            desk.write("main.go", "package main\n\nvar (\n\tdate = \"none\"\n\tversion = \"\"\n)\n\nfunc main() { println(date, version) }\n")
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                name: app
                go: { version: "\(go)" }
                artifacts:
                  app: { build: ., output: out/app\(artifact.isEmpty ? "" : ", \(artifact)") }
                image: { artifact: app, certificates: false }

                """)
            desk.write(".gitignore", "out/\n")
            try await desk.commit()
            return desk
        }

        /// Ids and words of the causes, and the exit code.
        private func verdict(_ desk: Desk, _ against: String, _ more: String...) async throws -> (code: Ended.Exit, ids: [String], words: String) {
            let ended = try await desk.start(["verify", "--json", "--against", against] + more).end()
            let report = try JSONValue(ended.out)
            let causes = (report["binaries"].list?.first?["causes"].list ?? []) + (report["diagnostics"].list ?? [])
            return (ended.exit, causes.compactMap { $0["id"].string }, causes.map { "\($0)" }.joined())
        }

        @Test("The same file is equal; another is told apart by what was otherwise when it was built", .needsOlderGo)
        func tellsFilesApart() async throws {
            let mine = try await desk("ldflags: -X main.date=2026-02-02T10:00:00Z")
            try #require(try await mine.run().status == "green")
            let same = try await verdict(mine, "out/app")
            #expect(same.code == .code(0) && same.ids == [])

            let others: [(artifact: String, go: String, root: String?, ids: [String], word: String)] = [
                ("ldflags: -X main.date=2025-01-01T10:00:00Z", "1.27.3", RealParts.go, ["verify/linker-value"], "main.date"),
                ("ldflags: -X main.date=2026-02-02T10:00:00Z", "1.24.11", RealParts.olderGo, ["verify/go-version"], "go1.24.11"),
                ("ldflags: -X main.date=2026-02-02T10:00:00Z, tags: [netgo]", "1.27.3", RealParts.go, ["verify/build-setting"], "-tags"),
                ("ldflags: -X main.date=2026-02-02T10:00:00Z -buildid=mine", "1.27.3", RealParts.go, ["verify/build-id"], "mine"),
                ("ldflags: -s -w -X main.date=2026-02-02T10:00:00Z", "1.27.3", RealParts.go, ["verify/stripped"], ".symtab"),
            ]
            for other in others {
                let theirs = try await desk(other.artifact, go: other.go, root: other.root)
                let ran = try await theirs.run()
                try #require(ran.status == "green", "\(ran.ended.transcript)")
                let found = try await verdict(mine, "\(theirs.root)/out/app")
                #expect(found.code == .code(4) && found.ids == other.ids, "\(other.artifact): \(found)")
                #expect(found.words.contains(other.word), "\(other.artifact): \(found.words)")
            }
            mine.write("out/other", "not a program\n")
            #expect(try await verdict(mine, "out/other").ids == ["verify/go-version"])
        }

        @Test("A stripped binary's -X value is named by what the linker is told here")
        func namesValuesWithoutSymbols() async throws {
            let mine = try await desk("ldflags: -s -w -X main.version=1.4.0-here")
            let theirs = try await desk("ldflags: -s -w -X main.version=1.5.0-there")
            try #require(try await theirs.run().status == "green")
            let found = try await verdict(mine, "\(theirs.root)/out/app")
            #expect(found.code == .code(4) && found.ids == ["verify/linker-value"] && found.words.contains("main.version"), "\(found)")
        }

        @Test("A binary of a plain `go build` is told by its flags, its stamp and the folder in it")
        func namesPlainBuilds() async throws {
            let mine = try await desk()
            try await mine.shell(
                "mkdir out; HOME=\(mine.folder.path) GOENV=off GOFLAGS= CGO_ENABLED=0 GOTOOLCHAIN=local go build -o out/plain .")
            let found = try await verdict(mine, "out/plain")
            #expect(found.code == .code(4) && Set(found.ids) == ["verify/build-setting", "verify/vcs-stamp", "verify/folder"], "\(found)")
            #expect(found.words.contains(".gopclntab") && found.words.contains("-trimpath") && found.words.contains("vcs.revision"))
        }

        @Test("A binary of another commit is told by its stamp")
        func namesCommits() async throws {
            let mine = try await desk("env: { GOFLAGS: -buildvcs=true }")
            // A variable that no compiler looks at: what is known of the first is not taken for it.
            let theirs = try await desk("env: { GOFLAGS: -buildvcs=true, OTHER: build }")
            theirs.write("README", "one more commit\n")
            try await theirs.commit()
            try #require(try await theirs.run().status == "green")
            let found = try await verdict(mine, "\(theirs.root)/out/app")
            #expect(found.code == .code(4) && found.ids == ["verify/vcs-stamp"] && found.words.contains("vcs.revision"), "\(found)")
        }

        @Test("The program of an image is found in every form, and is the one that is linked", .needsImageTools)
        func readsImages() async throws {
            let desk = try await desk("platforms: [linux/amd64]")
            let registry = try await LoopbackRegistry()
            let made = try await desk.start([
                "image", "--output", "oci-dir:out/dir", "--output", "oci-archive:out/oci.tar", "--output", "docker-archive:out/docker.tar",
                "--push", "\(registry.name)/team/app:1",
            ]).end()
            try #require(made.exit == .code(0), "\(made.transcript)")
            for form in ["out/dir", "oci-dir:out/dir", "out/oci.tar", "docker-archive:out/docker.tar", "\(registry.name)/team/app:1"] {
                let found = try await verdict(desk, form)
                #expect(found.code == .code(0) && found.ids == [], "\(form): \(found)")
            }
            try desk.edit("main.go", "println(date", "println(\"changed\", date")
            let found = try await verdict(desk, "out/dir")
            #expect(found.code == .code(4) && found.ids.allSatisfy { $0 == "verify/content" } && !found.ids.isEmpty, "\(found)")
            #expect(try await verdict(desk, "./out/nothing.tar").ids == ["verify/no-file"])
            #expect(try await verdict(desk, "\(registry.name)/team/other:1").ids == ["registry/not-found"])
            // As others write them: more layers, the program moved, a link to it.
            try await desk.shell(
                """
                umoci unpack --rootless --image out/dir:1 out/bundle >/dev/null 2>&1
                mkdir out/bundle/rootfs/opt && mv out/bundle/rootfs/usr/local/bin/app out/bundle/rootfs/opt/app
                ln -s ../../../opt/app out/bundle/rootfs/usr/local/bin/app
                umoci repack --image out/dir:moved out/bundle >/dev/null 2>&1
                skopeo copy -q oci:out/dir:moved oci:out/moved:latest
                """)
            try desk.edit("main.go", "println(\"changed\", date", "println(date")
            let moved = try await verdict(desk, "out/moved")
            #expect(moved.code == .code(0), "\(moved)")
        }
    }
}
