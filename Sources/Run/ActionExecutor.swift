/// The seam between deciding that an action runs and running it.
import Action

package protocol ActionExecutor: Sendable {
    /// Runs one try of an action. `products` are the outputs of the actions it depends on.
    func execute(
        _ action: Action, products: [ActionID: [ActionResult.File]], onOutput: @escaping @Sendable ([String]) -> Void
    ) async -> Execution
}

/// How one try went.
package struct Execution: Sendable {
    /// Nil when it is green.
    package var failure: Failure?
    package var interrupted = false
    package var log: [String] = []
    package var outputs: [ActionResult.File] = []
    /// Digests of the products it was given, by `action/output`.
    package var used: [String: Digest] = [:]
    /// What its go commands used of the build cache, by family: see `ActionResult.buildUses`. Of a red try too.
    package var buildUses: [String: Digest] = [:]
    /// Of a red try in a sandbox: what it looked for and was not shown, see `UndeclaredReads.found`.
    package var undeclaredReads: [String] = []

    package init(failure: Failure? = nil, log: [String] = [], outputs: [ActionResult.File] = []) {
        self.failure = failure
        self.log = log
        self.outputs = outputs
    }
}
