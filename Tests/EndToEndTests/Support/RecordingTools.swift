/// A Go and a git that write down what is started: a GOROOT of links to the real one, with stand-ins for `go`, `gofmt`
/// and the linker that note it and call the real ones.
import Files
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct RecordingTools {
    let goRoot: String
    /// For PATH.
    let folder: String
    private let log: String

    init(in place: TemporaryFolder) throws {
        guard let real = RealParts.go else { throw Missing(description: "there is no Go 1.27.3") }
        goRoot = "\(place.path)/goroot"
        folder = "\(place.path)/bin"
        log = "\(place.path)/started.log"
        try createFile(log, [], mode: 0o644)
        try makeFolder(goRoot)
        link(all: real, into: goRoot, but: ["bin", "pkg"])
        for name in ["go", "gofmt"] {
            place.write(
                "goroot/bin/\(name)",
                "#!/bin/sh\necho \"\(name) $*\" >>'\(log)'\nGOROOT='\(goRoot)' exec '\(real)/bin/\(name)' \"$@\"\n", mode: 0o755)
        }
        place.write("bin/git", "#!/bin/sh\necho \"git $*\" >>'\(log)'\nexec /usr/bin/git \"$@\"\n", mode: 0o755)

        try makeFolder("\(goRoot)/pkg/tool")
        link(all: "\(real)/pkg", into: "\(goRoot)/pkg", but: ["tool"])
        for platform in names(in: "\(real)/pkg/tool") ?? [] {
            let tools = "\(real)/pkg/tool/\(platform)"
            try makeFolder("\(goRoot)/pkg/tool/\(platform)")
            link(all: tools, into: "\(goRoot)/pkg/tool/\(platform)", but: ["link"])
            place.write("goroot/pkg/tool/\(platform)/link", linker(real: "\(tools)/link"), mode: 0o755)
        }
    }

    /// The go command tells the linker the main package's file and, in a list, whose file that is.
    private func linker(real: String) -> String {
        """
        #!/bin/sh
        case $1 in -V*) exec '\(real)' "$@" ;; esac
        previous= list= last=
        for word; do
            [ "$previous" != -importcfg ] || list=$word
            previous=$word last=$word
        done
        package=$(sed -n "s|^packagefile \\(.*\\)=$last\\$|\\1|p" "$list")
        echo "link $GOOS/$GOARCH $package" >>'\(log)'
        exec '\(real)' "$@"

        """
    }

    private func link(all source: String, into target: String, but own: Set<String>) {
        for name in names(in: source) ?? [] where !own.contains(name) { symlink("\(source)/\(name)", "\(target)/\(name)") }
    }

    /// In front of all else, so that these are the ones that are found.
    var environment: [String: String] { ["PATH": "\(goRoot)/bin:\(folder):/usr/bin:/bin"] }

    /// `go vet ./...`, `link linux/amd64 example.com/app`, in the order of their starts.
    var started: [String] { (readText(log) ?? "").split(separator: "\n").map(String.init) }

    func forget() { truncate(log, 0) }
}
