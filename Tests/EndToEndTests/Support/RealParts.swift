/// Where the real things are that these tests drive: the binary, Gos, programs that nobody here wrote. A missing one
/// is a visible skip at a desk, and a failure when PIPELINE_REQUIRE_REAL=1.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum RealParts {
    static let isRequired = environmentValue("PIPELINE_REQUIRE_REAL") == "1"

    /// The checkout's root.
    static let checkout: String = {
        var folder = #filePath
        for _ in 1...4 { folder = parentFolder(of: folder) }
        return folder
    }()

    /// PIPELINE_BINARY, or the one that was built with these tests: it lies beside them.
    static let binary: String? = {
        if let named = environmentValue("PIPELINE_BINARY") { return named }
        var places = CommandLine.arguments.filter { $0.contains(".xctest") }
        if let executable = readLink("/proc/self/exe") { places.append(executable) }
        for var folder in places {
            while folder != "/", folder != "." {
                folder = parentFolder(of: folder)
                if case .file(executable: true) = fileStatus("\(folder)/pipeline")?.kind { return "\(folder)/pipeline" }
            }
        }
        return nil
    }()

    /// The GOROOT of exactly this Go: of PATH or of $HOME/sdk.
    static func goRoot(_ version: String) -> String? {
        var roots = (environmentValue("PATH") ?? "").split(separator: ":").compactMap { folder in
            realpath("\(folder)/go", nil).map { path in
                defer { free(path) }
                return parentFolder(of: parentFolder(of: String(cString: path)))
            }
        }
        if let home = environmentValue("HOME") { roots.append("\(home)/sdk/go\(version)") }
        return roots.first { root in
            readText("\(root)/VERSION")?.split(separator: "\n").first == "go\(version)"
                && fileStatus("\(root)/bin/go", followingLink: true) != nil
        }
    }

    /// The Go that the example and all fixtures here are run with, and the one for x/tools.
    static let go = goRoot("1.27.3")
    static let olderGo = goRoot("1.24.11")

    /// What scripts/real-programs made.
    static let programs = environmentValue("PIPELINE_REAL_PROGRAMS")

    static let hasSystemGo =
        fileStatus("/usr/local/go/bin/go") != nil || fileStatus("/usr/bin/go") != nil || fileStatus("/bin/go") != nil
        || (names(in: "/usr/lib") ?? []).contains { $0.hasPrefix("go-") }

    static func program(_ name: String) -> String? {
        findProgram(name, path: "/usr/local/bin:/usr/bin:/bin", directory: "/")
    }
}

/// What a test must have; it throws, and so is red, where a skip is forbidden.
struct Missing: Error, CustomStringConvertible { var description: String }

extension Trait where Self == ConditionTrait {
    static var needsBinary: Self {
        .enabled(if: RealParts.binary != nil || RealParts.isRequired, "no pipeline binary: set PIPELINE_BINARY")
    }
    static var needsGo: Self {
        .enabled(if: RealParts.go != nil || RealParts.isRequired, "no Go 1.27.3 on PATH or in $HOME/sdk: run scripts/setup")
    }
    static var needsOlderGo: Self {
        .enabled(
            if: RealParts.olderGo != nil || RealParts.isRequired,
            "no Go 1.24.11 on PATH or in $HOME/sdk: run scripts/setup 1.24.11")
    }
    static var needsRealPrograms: Self {
        .enabled(
            if: RealParts.programs != nil || RealParts.isRequired,
            "no real programs: run scripts/real-programs OUT and set PIPELINE_REAL_PROGRAMS=OUT")
    }
}

/// All end-to-end tests, one after the other: each keeps every core busy by itself. Here and in the files beside.
@Suite(.serialized, .needsBinary)
enum EndToEnd {}
