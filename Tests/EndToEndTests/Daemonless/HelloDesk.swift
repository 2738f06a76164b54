/// A repository with a small program that says what it finds around it, and the image of it.
import Files
import TestSupport
import Testing

struct HelloDesk: Sendable {
    let desk: Desk

    /// `image` is what stands below `image:` besides the artifact.
    init(_ name: String = "hello", image: String = "certificates: false", platforms: String = "[linux/amd64]") {
        desk = Desk(name, store: WarmStore.path)
        desk.write("go.mod", "module example.com/hello\n\ngo 1.27\n")
        desk.write(
            "main.go",
            """
            package main

            import (
            \t"fmt"
            \t"os"
            \t"time"
            )

            func main() {
            \tfmt.Println("args", os.Args[1:], "user", os.Getuid(), os.Getgid())
            \t_, err := time.LoadLocation("Europe/Zurich")
            \tfmt.Println("zurich", err)
            \tfmt.Println("tmp", os.WriteFile("/tmp/x", nil, 0o600))
            }

            """)
        let keys = image.lines.map { "  \($0)\n" }.joined()
        desk.write(
            "pipeline.yaml",
            """
            version: 1
            name: hello
            go: { version: "1.27.3" }
            artifacts:
              hello: { build: ., platforms: \(platforms) }
            image:
              artifact: hello
            \(keys)
            """)
    }

    /// `pipeline image --json …`, which must be green.
    func image(_ arguments: String..., environment: [String: String] = [:]) async throws -> JSONValue {
        let ended = try await desk.start(["image", "--json"] + arguments, environment: environment).end()
        try #require(ended.exit == .code(0), "\(ended.transcript)")
        return try JSONValue(ended.out)
    }

    /// The id of the only diagnostic, and the exit code.
    func mistake(_ arguments: String..., environment: [String: String] = [:]) async throws -> String {
        let ended = try await desk.start(["image", "--json"] + arguments, environment: environment).end()
        guard case .code(let code) = ended.exit else { return ended.transcript }
        let ids = (try? JSONValue(ended.out)["diagnostics"].list?.compactMap { $0["id"].string }) ?? [ended.transcript]
        return "\(ids.joined(separator: " ")) \(code)"
    }
}
