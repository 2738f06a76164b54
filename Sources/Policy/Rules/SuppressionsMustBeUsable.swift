/// The rule that a suppression names a rule and gives a reason; the audit itself finds those that do not.
extension PolicyRule {
    static let suppressionsMustBeUsable = PolicyRule(
        "unusable-suppression", "A suppression must name a rule and give a reason", .error,
        page: RulePage(
            what: "A `pipeline:allow` comment, or an `allow` entry of the pipeline file, that names no rule there is, or gives no reason.",
            why: "It suppresses nothing; or it would, and the next reader could not tell whether it still has to.",
            bad: "ENTRYPOINT /server $ARGS # pipeline:allow policy/shell-form",
            good: "# pipeline:allow policy/image-runs-as-root: the orchestrator sets the user\nFROM scratch", language: "dockerfile")
    )
}
