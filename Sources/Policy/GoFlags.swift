/// The flags of the go command that take a value, and those that decide what is built. It knows names, no command line.

/// Source: `go help build`, `go help testflag`, `go help get`.
enum GoFlags {
    static let build: Set<String> = [
        "C", "a", "n", "p", "race", "msan", "asan", "cover", "covermode", "coverpkg", "v", "work", "x", "asmflags",
        "buildmode", "buildvcs", "compiler", "gccgoflags", "gcflags", "installsuffix", "json", "ldflags", "linkshared",
        "mod", "modcacherw", "modfile", "overlay", "pgo", "pkgdir", "tags", "trimpath", "toolexec", "o", "exec",
    ]

    /// Those that hardly any program calls a flag of its own.
    static let unmistakable: Set<String> = [
        "race", "msan", "asan", "asmflags", "gccgoflags", "gcflags", "ldflags", "mod", "modfile", "tags", "trimpath", "toolexec",
        "buildvcs", "overlay",
    ]

    private static let ofTests: Set<String> = [
        "bench", "benchtime", "blockprofile", "blockprofilerate", "count", "coverprofile", "cpu", "cpuprofile", "fuzz", "fuzztime",
        "fuzzminimizetime", "list", "memprofile", "memprofilerate", "mutexprofile", "mutexprofilefraction", "outputdir", "parallel",
        "run", "shuffle", "skip", "timeout", "trace", "vet", "testlogfile",
    ]

    private static let ofBuilds: Set<String> = [
        "C", "p", "covermode", "coverpkg", "asmflags", "buildmode", "compiler", "gccgoflags", "gcflags", "installsuffix", "ldflags",
        "mod", "modfile", "overlay", "pgo", "pkgdir", "tags", "toolexec", "o", "exec",
    ]

    /// Without a `=` the next word is its value.
    static func takesValue(_ name: String, verb: String) -> Bool {
        if verb == "test", ofTests.contains(name.hasPrefix("test.") ? String(name.dropFirst(5)) : name) { return true }
        if verb == "generate" { return ["run", "skip"].contains(name) || ofBuilds.contains(name) }
        if verb == "list", name == "f" { return true }
        if verb == "vet", name == "vettool" { return true }
        return ofBuilds.contains(name)
    }
}
