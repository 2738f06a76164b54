/// The Go of the machine that tests here may run.
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum RealGo {
    /// PIPELINE_TEST_GO, else the first of PATH.
    static let executable: String? = {
        if let named = environmentValue("PIPELINE_TEST_GO") { return named }
        guard let path = findProgram("go", path: environmentValue("PATH") ?? "", directory: "/") else { return nil }
        return realpath(path, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
    }()
    /// A missing Go is a visible skip, unless PIPELINE_REQUIRE_REAL=1 makes it a failure.
    static let isWanted = executable != nil || environmentValue("PIPELINE_REQUIRE_REAL") == "1"
    static let absence: Comment = "no Go: set PIPELINE_TEST_GO, or have one on PATH"
}
