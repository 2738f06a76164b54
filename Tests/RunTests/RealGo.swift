/// The Go of the machine that tests here may run.
import Go
import Testing
import TestSupport

enum RealGo {
    /// PIPELINE_TEST_GO, else the first of PATH, else the newest of $HOME/sdk.
    static let executable: String? = {
        if let named = environmentValue("PIPELINE_TEST_GO") { return named }
        let folders = (environmentValue("PATH") ?? "").split(separator: ":").map(String.init)
        return goCandidates(path: folders, home: environmentValue("HOME"), version: nil, root: "/nonexistent").first?.executable
    }()
    /// A missing Go is a visible skip, unless PIPELINE_REQUIRE_REAL=1 makes it a failure.
    static let isWanted = executable != nil || environmentValue("PIPELINE_REQUIRE_REAL") == "1"
    static let absence: Comment = "no Go: set PIPELINE_TEST_GO, or have one on PATH or in $HOME/sdk"
}
