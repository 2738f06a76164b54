/// What one run found out about modules, so that none is looked at twice in it.
import Go
import Synchronization

package final class ModuleChecks: Sendable {
    private let findings = Mutex<[ExpectedModule: EditedModule?]>([:])

    package init() {}

    /// Those of `expected` that are unpacked and not what is expected. One that is not unpacked yet is looked at again
    /// when it is asked for again. Blocks, also while another thread asks.
    package func edited(
        among expected: [ExpectedModule], in cache: ModuleCache, known: KnownHashes
    ) -> [EditedModule] {
        findings.withLock { findings in
            let new = expected.filter { findings[$0] == nil }
            if !new.isEmpty {
                let verdicts = verifyModules(new, in: cache, known: known)
                for expected in new where verdicts.right.contains(expected.module) {
                    findings.updateValue(nil, forKey: expected)
                }
                for edited in verdicts.edited { findings.updateValue(edited, forKey: edited.expected) }
            }
            return expected.compactMap { findings[$0] ?? nil }
        }
    }

    /// Those that were asked for so far, are unpacked and as expected.
    package var right: [ModuleVersion] {
        findings.withLock { $0.compactMap { expected, edited in edited == nil ? expected.module : nil } }
    }
}
