/// The names that `go tool` keeps for itself.
///
/// Source: `go tool` of Go 1.21 to 1.27, and the programs that 1.25 and later build when they are asked for.

/// A `tool` line or a pin of such a name is only reached by its whole path: `go tool vet` is always Go's own.
package let goBuiltinTools: Set<String> = [
    "addr2line", "api", "asm", "buildid", "cgo", "compile", "covdata", "cover", "dist", "distpack", "doc", "fix", "link",
    "nm", "objdump", "pack", "pprof", "preprofile", "test2json", "trace", "vet",
]
