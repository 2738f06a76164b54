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
