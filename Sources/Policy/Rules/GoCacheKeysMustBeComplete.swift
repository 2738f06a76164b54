/// The rule that the keys of Go's caches in CI name what decides their content.
import Diagnostics
import Scripts

extension PolicyRule {
    static let goCacheKeysMustBeComplete = PolicyRule(
        "incomplete-cache-key", "Go's caches must be keyed by go.sum, the build cache also by the Go version", .warning,
        page: RulePage(
            what: """
                An actions/cache step that keeps GOCACHE or the module cache under a key without a hash of go.sum, or that keeps GOCACHE under \
                a key without the Go version (a version, a variable or matrix value of that name, or a hash of go.mod).
                """,
            why: """
                A key that never changes is saved once and grows stale; a build cache of another Go version is dead weight: nothing in it is \
                used, and all of it is carried around.
                """,
            bad: """
                - uses: actions/cache@v4
                  with:
                    path: ~/.cache/go-build
                    key: go-${{ runner.os }}
                """,
            good: """
                - uses: actions/cache@v4
                  with:
                    path: ~/.cache/go-build
                    key: go-${{ runner.os }}-${{ matrix.go-version }}-${{ hashFiles('**/go.sum') }}
                """,
            language: "yaml")
    ) { world, findings in
        for file in world.files where file.kind == .workflow || file.kind == .action {
            for step in (file.workflow?.jobs ?? []).flatMap(\.steps) {
                guard let cache = CacheStep(step), cache.isOfGo, let key = cache.key else { continue }
                let text = key.value.lowercased()
                // A key made elsewhere, by a step of its own, cannot be judged.
                if text.contains("steps.") || text.contains("inputs.") { continue }
                if !text.contains("go.sum"), !text.contains("go.work.sum"), !text.contains("github.sha"), !text.contains("run_id") {
                    findings.add(
                        "the key of this Go cache does not depend on go.sum", at: key.range, in: file.source,
                        help: "add `${{ hashFiles('**/go.sum') }}` to it")
                } else if cache.hasBuildCache, !namesGoVersion(text) {
                    findings.add(
                        "the key of this build cache does not depend on the Go version", at: key.range, in: file.source,
                        help: "add the version, as in `${{ matrix.go-version }}`, or a hash of go.mod where that names it")
                }
            }
        }
    }
}

private func namesGoVersion(_ key: String) -> Bool {
    let plain = key.filter { $0 != "-" && $0 != "_" }
    if ["goversion", "matrix.go", "golang", "env.go", "go.mod", "toolchain"].contains(where: plain.contains) { return true }
    return key.contains { $0.isNumber } && key.firstRange(of: "1.") != nil
}
