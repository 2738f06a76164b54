/// Real programs to read, linked by the real go command, and what binutils says of them.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Each is linked once for all tests.
enum Program: String, CaseIterable, Sendable {
    case amd64, arm64, dynamic
    /// 32 bits, big-endian.
    case mips
    /// 64 bits, big-endian.
    case s390x

    static let all: [Program: [UInt8]] = {
        let folder = TemporaryFolder()
        folder.write("go.mod", "module example.com/hello\n\ngo 1.21\n")
        folder.write("static/main.go", "package main\n\nfunc main() { println(\"hello\") }\n")
        folder.write(
            "dynamic/main.go",
            "package main\n\n// #include <stdlib.h>\nimport \"C\"\n\nfunc main() { println(C.abs(-1)) }\n")
        var programs: [Program: [UInt8]] = [:]
        for program in allCases {
            let isDynamic = program == .dynamic
            let settings =
                isDynamic ? "CGO_ENABLED=1" : "CGO_ENABLED=0 GOOS=linux GOARCH=\(program.rawValue)"
            let (output, status) = shell(
                "\(goEnvironment(folder.path)); cd \(folder.path) && \(settings) go build -trimpath -o \(program.rawValue).out "
                    + "./\(isDynamic ? "dynamic" : "static") 2>&1")
            guard status == 0 else {
                Issue.record("go build for \(program): \(output)")
                continue
            }
            programs[program] = try? readFile("\(folder.path)/\(program.rawValue).out")
        }
        return programs
    }()

    var bytes: [UInt8] { Self.all[self] ?? [] }

    /// A missing Go or C compiler is a visible skip, unless PIPELINE_REQUIRE_REAL=1 makes it a failure.
    static let areWanted =
        environmentValue("PIPELINE_REQUIRE_REAL") == "1"
        || shell("\(goEnvironment("/nonexistent")); command -v go && command -v gcc && command -v readelf").status == 0
    static let absence: Comment = "no Go (on PATH or in $HOME/sdk), no gcc or no readelf"
}

/// Its own caches in `folder`, and no setting of the user's.
private func goEnvironment(_ folder: String) -> String {
    "export PATH=\"$PATH:$(printf '%s:' \"$HOME\"/sdk/go1*/bin)\" GOENV=off GOTOOLCHAIN=local GOPROXY=off GOFLAGS= GOWORK=off"
        + " GOCACHE=\(folder)/cache GOMODCACHE=\(folder)/modules"
}

/// Runs one line with the real /bin/sh.
func shell(_ line: String) -> (output: String, status: Int32) {
    let pipe = popen(line, "r")!
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    return (String(decoding: bytes, as: UTF8.self), pclose(pipe))
}
