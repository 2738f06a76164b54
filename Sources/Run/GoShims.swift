/// A folder that looks like the pinned GOROOT, but whose `go` runs pinned tools itself; it knows the words, not the tools.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `go generate` starts the `go` of its own GOROOT, whatever PATH says: so it is given another. There `go run
/// PACKAGE@VERSION` and `go tool NAME` of a pinned tool become its program, which is built already; another version of
/// it is refused; everything else goes to the pinned Go.
struct GoShimFolder {
    /// Absolute.
    var path: String
    var goRoot: String

    /// `program` says where a tool's program is.
    func fill(_ shims: [GoShim], program: (GoShim) -> String) throws(FileError) {
        try makeFolder("\(path)/bin")
        for name in names(in: goRoot) ?? [] where name != "bin" { try link(name) }
        for name in names(in: "\(goRoot)/bin") ?? [] where name != "go" { try link("bin/\(name)") }
        try createFile("\(path)/bin/go", Array(script(shims, program).utf8), mode: 0o755)
    }

    private func link(_ name: String) throws(FileError) {
        guard symlink("\(goRoot)/\(name)", "\(path)/\(name)") == 0 else {
            throw FileError(operation: "link", path: "\(path)/\(name)")
        }
    }

    private func script(_ shims: [GoShim], _ program: (GoShim) -> String) -> String {
        let cases = shims.map { shim in
            var words = shim.names.map { "tool \($0)" }
            if let version = shim.version { words.append("run \(shim.package)@\(version)") }
            if shim.isOfModule { words.append("run \(shim.package)") }
            let patterns = words.map(quoted).joined(separator: "|")
            let refusal = shim.version.map { version in
                """
                \(quoted("run \(shim.package)@"))*)
                    echo "$word: pinned is \(version), and this asks for another version" >&2
                    exit 1
                    ;;

                """
            }
            return "\(patterns))\n    shift $count\n    exec \(quoted(program(shim))) \"$@\"\n    ;;\n" + (refusal ?? "")
        }
        return """
            #!/bin/sh
            # Pinned tools for `go run PACKAGE@VERSION` and `go tool NAME`; all else is Go's own.
            verb=$1
            word=
            count=0
            for argument in "$@"; do
                count=$((count + 1))
                [ $count = 1 ] && continue
                word=$argument
                case $word in
                -*=* | -trimpath | -v) ;;
                *) break ;;
                esac
            done
            case "$verb $word" in
            \(cases.joined())esac
            GOROOT=\(quoted(goRoot)) exec \(quoted("\(goRoot)/bin/go")) "$@"

            """
    }
}

/// For a shell.
private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
