/// Artifacts in the hands of steps: the very bytes that were built, read-only, or a red step.
import Action
import Files
import Run
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(10))) struct ProductTests {
    let workshop: Workshop
    private let built = "#!/bin/sh\necho built\n"
    private let product: ActionResult.File
    private let action: Action

    init() throws {
        workshop = try Workshop()
        let digest = try workshop.store.blobs.put(Array(built.utf8))
        product = ActionResult.File(path: "server", digest: digest, isExecutable: true)
        var action = Action(
            id: "run:s", step: "s", kind: .run, title: "s",
            argv: ["/bin/sh", "-euc", "\"$SERVER\"; ls -l \"$SERVER\" | cut -c1-10; cat \"$SERVER\" | wc -c"])
        action.environment = [
            "PATH": "\(.folder("tool:t", named: "t")):/usr/bin:/bin", "SERVER": "\(.product("build:s", named: "server"))",
        ]
        action.dependencies = [.init("build:s", .input), .init("tool:t", .tool)]
        self.action = action
    }

    private func run() async throws -> Execution {
        let tool = ActionResult.File(path: "t", digest: try workshop.store.blobs.put([1]), isExecutable: true)
        return await workshop.execute(action, products: ["build:s": [product], "tool:t": [tool]])
    }

    private var blob: String { "\(workshop.store.path)/blobs/\(product.digest.sha256.prefix(2))/\(product.digest.sha256)" }
    private var evil: [UInt8] { Array(built.replacing("built", with: "EVIL!").utf8) }
    private let asBuilt = ["built", "-r-xr-xr-x", "21"]

    @Test func itIsTheFileThatWasBuilt() async throws {
        let execution = try await run()
        #expect(execution.failure == nil)
        #expect(execution.log == asBuilt)
        // The tool is in the key already; only what was built is what the result speaks of.
        #expect(execution.used == ["build:s/server": product.digest])
    }

    @Test func aTamperedCopyIsNeverUsed() async throws {
        _ = try await run()
        let path = try #require(try workshop.store.blobs.file(product.digest, named: "server", executable: true, checked: false))
        overwrite(path, with: evil)
        #expect(try readFile(path) == evil)
        let execution = try await run()
        #expect(execution.failure == nil && execution.log == asBuilt)
    }

    @Test func aTamperedBlobIsNeverUsed() async throws {
        overwrite(blob, with: evil)
        let execution = try await run()
        #expect(
            execution.failure
                == .changedArtifact(
                    "server of build:s is not what was built (\(product.digest)): it was changed or lost in the store; "
                        + "run again to build it anew"))
        #expect(execution.log == [])
    }

    @Test func whatANeedDidNotMakeIsNotMadeUp() async throws {
        let execution = await workshop.execute(action, products: ["build:s": []])
        guard case .environment(let words)? = execution.failure else {
            Issue.record("\(execution)")
            return
        }
        #expect(["build:s did not make server", "tool:t did not make t"].contains(words))
    }
}
