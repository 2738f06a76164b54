/// The rule that a suppression goes when what it suppressed is gone; the audit itself finds those that stay.
extension PolicyRule {
    static let suppressionsMustBeUsed = PolicyRule(
        "stale-suppression", "A suppression must suppress something", .warning,
        page: RulePage(
            what: "A `pipeline:allow` comment, an `allow` entry of the pipeline file or a line of the baseline that no finding needs any more.",
            why: "It would hide the next mistake of its kind, which nobody has decided to allow.",
            bad: "# pipeline:allow policy/unpinned-tool: no release yet\ngo run example.com/cmd/tool@v1.0.0",
            good: "go run example.com/cmd/tool@v1.0.0", language: "sh",
            fix: "a comment that stands in a line of its own is removed. `--write-baseline` writes the baseline anew.")
    )
}
