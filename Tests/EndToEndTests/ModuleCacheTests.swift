/// The module cache cannot lie: an edited module is refused by name, and nobody looks when nothing runs.
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
    struct ModuleCaches {
        private static let name = "example.com/wordlist@v1.2.0"

        private func folder(in store: String) throws -> String {
            let folder = "\(store)/v2/go/modules/\(Self.name)"
            try #require(fileStatus(folder)?.kind == .folder)
            chmod(folder, 0o755)
            return folder
        }

        /// A step that may start any go command, and here compiles nothing.
        private func lookingDesk() async throws -> Desk {
            let desk = try await Desk.example()
            desk.write(
                "pipeline.yaml",
                """
                version: 1
                go: { version: "1.27.3", proxy: "file://${root}/proxy", sumdb: "off" }
                steps:
                  look: { run: [go, list, -deps, ./internal/greeting], inputs: [note.txt] }

                """)
            desk.write("note.txt", "zero\n")
            try await desk.run().expectGreen()
            return desk
        }

        @Test func anEditedModuleIsRefusedWhereItIsUsed() async throws {
            let desk = try await WarmStore.knownExample()
            let folder = try folder(in: desk.store)
            // Others use this store.
            defer { removeTree(folder) }
            let file = "\(folder)/wordlist.go"
            let text = try #require(readText(file))
            removeTree(file)
            try createFile(file, Array((text + "// edited\n").utf8), mode: 0o444)

            // Nothing runs, so nobody looks.
            let idle = try await desk.run("vet", "fmt")
            idle.expectGreen()
            #expect(idle.finished.allSatisfy { $0.cached })

            desk.write("cmd/greet/main.go", try #require(desk.read("cmd/greet/main.go")) + "\n// \(desk.root)\n")
            let run = try await desk.run("--keep-going", "vet", "fmt")
            #expect(run.ended.exit == .code(1))
            let vet = try #require(run.finished.first { $0.step == "vet" })
            #expect(vet.status == "red" && vet.failure["kind"].string == "refused")
            #expect(vet.failure["message"].string == "example.com/wordlist@v1.2.0 in the module cache is not what go.sum names")
            #expect(run.output(of: "vet:vet").contains("  changed  wordlist.go"))
            // gofmt needs no module.
            #expect(run.finished.first { $0.step == "fmt" }?.status == "green")

            // What the message says is to be done.
            let advice = try #require(run.output(of: "vet:vet").last { $0.contains("rm -rf") })
            try await desk.shell(String(advice[advice.firstRange(of: "chmod")!.lowerBound...]))
            try await desk.run("vet", "fmt").expectGreen()
            #expect(readText(file) == text)
        }

        @Test func addedDeletedAndLinkedFilesAreRefusedAndTouchedOnesAreNot() async throws {
            let desk = try await lookingDesk()
            let folder = try folder(in: desk.store)
            let text = try #require(readText("\(folder)/wordlist.go"))
            func refusal(_ note: String) async throws -> [String] {
                desk.write("note.txt", note)
                let run = try await desk.run()
                return run.ended.exit == .code(0) ? [] : run.output(of: "run:look")
            }

            try createFile("\(folder)/extra.go", Array("package wordlist\n".utf8), mode: 0o444)
            #expect(try await refusal("added").contains("  added    extra.go"))
            removeTree("\(folder)/extra.go")

            removeTree("\(folder)/wordlist.go")
            #expect(try await refusal("deleted").contains("  missing  wordlist.go"))

            desk.folder.write("elsewhere.go", text)
            #expect(symlink("\(desk.folder.path)/elsewhere.go", "\(folder)/wordlist.go") == 0)
            #expect(try await refusal("linked").contains("  no file  wordlist.go"))

            // The same content with another time is the same module.
            removeTree("\(folder)/wordlist.go")
            try createFile("\(folder)/wordlist.go", Array(text.utf8), mode: 0o444)
            #expect(try await refusal("touched") == [])
        }

        /// Its folder is gone, and what it would be unpacked from is another version's.
        @Test func aZipThatWasChangedIsNotUnpacked() async throws {
            let desk = try await lookingDesk()
            let folder = try folder(in: desk.store)
            removeTree(folder)
            let zip = "\(desk.store)/v2/go/modules/cache/download/example.com/wordlist/@v/v1.2.0.zip"
            try #require(fileStatus(zip) != nil && fileStatus("\(zip)hash") != nil)
            removeTree(zip)
            try copyFile("\(desk.root)/proxy/example.com/wordlist/@v/v1.1.0.zip", to: zip, mode: 0o644)
            desk.write("note.txt", "one\n")
            let run = try await desk.run()
            #expect(run.ended.exit == .code(1) && run.ended.out.contains("SECURITY ERROR"), "\(run.ended.transcript)")
            #expect(fileStatus(folder) == nil)
        }
    }
}
