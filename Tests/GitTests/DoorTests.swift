/// Holds the room to its own rule: only the door and what needs it know libgit2.
import TestSupport
import Testing

@Suite struct DoorTests {
    /// Those that a run with nothing to do goes through must not start libgit2.
    @Test(arguments: [
        "ScannedTree", "WorkTreeIgnores", "IgnoreRules", "TrackedPaths", "GitConfiguration", "GitFingerprint",
        "RepositoryLayout"
    ])
    func whatWalksTheTreeNeedsNoLibgit2(file: String) throws {
        let tests = try #require(#filePath.firstRange(of: "/Tests/"))
        let sources = #filePath.prefix(upTo: tests.lowerBound) + "/Sources/Git"
        let text = try #require(readText("\(sources)/\(file).swift"))
        #expect(!text.contains("import CLibGit2") && !text.contains("Libgit2."))
    }
}
