/// A repository with a pinned tool, from a proxy that a test made: the tool needs another module, and both have two versions.
import Files
import TestSupport

final class ToolDesk: Sendable {
    let desk: Desk
    /// Of this test alone: nothing is known of these versions yet.
    let version: String
    let newer: String

    /// `pipeline` is what follows the `go:` section. `store` is the warm one when nil.
    init(_ pipeline: String, store: String? = WarmStore.path) async throws {
        desk = Desk(store: store)
        let mark = uniqueName()
        (version, newer) = ("v1.0.0-\(mark)", "v1.1.0-\(mark)")
        for version in [version, newer] {
            try await release(
                "example.com/upper", version,
                ["upper.go": "package upper\n\nimport \"strings\"\n\nfunc Upper(s string) string { return strings.ToUpper(s) }\n"])
            try await release("example.com/shout", version, ["cmd/shout/main.go": shout(version)], needs: "example.com/upper \(version)")
            try await release("example.com/other", version, ["cmd/shout/main.go": "package main\n\nfunc main() { println(\"other\") }\n"])
            try await release("example.com/broken", version, ["main.go": "package main\n\nfunc main() { return 1 }\n"])
        }
        desk.write("pipeline.yaml", head + pipeline.replacing("VERSION", with: version).replacing("NEWER", with: newer))
    }

    var head: String {
        """
        # The team's pipeline.
        version: 1
        name: tools
        go: { version: "1.27.3", proxy: "file://\(proxy)", sumdb: "off" }


        """
    }

    var proxy: String { "\(desk.folder.path)/proxy" }

    private func shout(_ version: String) -> String {
        """
        package main

        import (
        	"fmt"
        	"os"
        	"strings"

        	"example.com/upper"
        )

        func main() {
        	if len(os.Args) > 1 && os.Args[1] == "fail" {
        		os.Exit(7)
        	}
        	if len(os.Args) > 1 && os.Args[1] == "where" {
        		fmt.Println(os.Executable())
        		return
        	}
        	fmt.Println(upper.Upper(strings.Join(os.Args[1:], " ")))
        }

        """
    }

    /// Puts a module's version into the proxy.
    func release(_ path: String, _ version: String, _ files: [String: String], needs: String? = nil) async throws {
        let tree = "\(desk.folder.path)/release/\(path)@\(version)"
        let place = "\(proxy)/\(path)/@v"
        let goMod = "module \(path)\n\ngo 1.24\n" + (needs.map { "\nrequire \($0)\n" } ?? "")
        for (name, text) in files.merging(["go.mod": goMod], uniquingKeysWith: { $1 }) {
            desk.folder.write("release/\(path)@\(version)/\(name)", text)
        }
        try await desk.shell(
            """
            mkdir -p '\(place)'
            cp '\(tree)/go.mod' '\(place)/\(version).mod'
            echo \(version) >>'\(place)/list'
            echo '{"Version":"\(version)"}' >'\(place)/\(version).info'
            cd '\(desk.folder.path)/release'
            python3 - '\(place)/\(version).zip' '\(path)@\(version)' <<'END'
            import os, sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w") as archive:
                for folder, _, names in os.walk(sys.argv[2]):
                    for name in names: archive.write(os.path.join(folder, name))
            END
            """)
    }

    /// A good zip of other content.
    func tamper(_ path: String, _ version: String, _ old: String, _ new: String) async throws {
        try await desk.shell(
            """
            python3 - '\(proxy)/\(path)/@v/\(version).zip' '\(old)' '\(new)' <<'END'
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1]) as old:
                files = [(entry.filename, old.read(entry)) for entry in old.infolist()]
            assert any(sys.argv[2].encode() in data for _, data in files)
            with zipfile.ZipFile(sys.argv[1], "w") as new:
                for name, data in files: new.writestr(name, data.replace(sys.argv[2].encode(), sys.argv[3].encode()))
            END
            """)
    }

    /// `pipeline tool …`, with the desk's store. Options stand before the name of a tool to run.
    func tool(_ words: String..., in directory: String? = nil, environment: [String: String] = [:]) async throws -> Ended {
        try await desk.start(
            ["tool", words[0], "--store", desk.store] + words.dropFirst(), in: directory, environment: environment
        ).end()
    }
}
