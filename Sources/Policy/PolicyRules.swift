/// All rules, in the order in which docs/audit.md explains them.
import Diagnostics

extension PolicyRule {
    package static let all: [PolicyRule] = [
        goRunMustNotShip, toolchainMustStayOutOfImages, sourceMustStayOutOfImages, shippedBinariesMustBeStatic,
        imagesMustNotRunAsRoot, baseImagesMustBePinned, entrypointsMustUseExecForm,
        toolVersionsMustBePinned, toolVersionsMustAgree, toolsMustBePinnedOneWay, toolsFileMustGo, toolLinesMustBeRequired,
        goRunMustNamePackages, buildFlagsMustComeFirst,
        appsMustBeBuiltOnce, ciMustCacheGo, goCacheKeysMustBeComplete, setupGoMustSeeEveryModule,
        generatedFilesMustBeChecked, generatedFilesMustBeCommitted,
        modulesMustBeReadOnly, checksumsMustBeVerified, modulesMustComeThroughTheProxy, goSumMustBeComplete,
        secretsMustNotMeetUnreviewedTools,
        suppressionsMustBeUsable, suppressionsMustBeUsed,
    ]

    /// By its id, or the id without `policy/`.
    package static func named(_ name: String) -> PolicyRule? { all.first { $0.id == name || $0.name == name } }
}
