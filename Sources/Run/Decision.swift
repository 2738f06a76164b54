/// What would happen to each action, decided once for `plan` and for `run` alike; it runs nothing.
import Action
import Plan

package struct Decision: Sendable {
    package enum Verdict: String, Sendable { case run, hit }

    package var action: ActionID
    package var would: Verdict
    package var key: CacheKey
    /// For people: `not run before`, `known from an earlier run`, `needs build:server, which would run`.
    package var reason: String
    /// The known result of a hit.
    package var result: ActionResult?
    package var manifest: Manifest
}
