/// One store for all tests that do not care what is in it, so that the standard library is compiled once.
import Files
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum WarmStore {
    /// PIPELINE_TEST_STORE keeps it from one test run to the next; else it goes with the process.
    static let path: String = {
        if let kept = environmentValue("PIPELINE_TEST_STORE") { return kept }
        let path = "\(environmentValue("TMPDIR") ?? "/tmp")/pipeline-test-store-\(uniqueName())"
        try! makeFolder(path)
        atexit { removeTree(WarmStore.path) }
        return path
    }()

    static let isKept = environmentValue("PIPELINE_TEST_STORE") != nil

    private static let first = Task { () async throws -> (Desk, RunEvents) in
        let desk = try await Desk.example(store: path)
        return (desk, try await desk.run())
    }

    /// The example's first run in this store, and the desk where it was made.
    static func exampleRun() async throws -> (desk: Desk, events: RunEvents) { try await first.value }

    /// A fresh copy of the example whose every action is known.
    static func knownExample() async throws -> Desk {
        let (_, events) = try await exampleRun()
        guard events.status == "green" else { throw Missing(description: "the example's first run was not green") }
        return try await Desk.example(store: path)
    }
}
