/// Hands secrets to the actions that name them: as places in variables; of a value, a plan knows the keyed digest alone.
import Action
import Diagnostics
import Pipeline

extension Planner {
    /// The variables of a step or a service, and the facts of its action.
    mutating func give(
        _ names: [Located<String>], in environment: inout [String: SymbolicText], of facts: inout [String: String]
    ) {
        for name in names {
            guard let secret = pipeline.secrets.first(where: { $0.name.value == name.value }) else { continue }
            let value = SymbolicText(.secret(name.value))
            if let other = environment[secret.variable], other != value {
                report(
                    "plan/two-values", at: name.range, "\(secret.variable) is to be the secret `\(name.value)`, and has another value",
                    help: "leave one of them out, or give one another variable")
                continue
            }
            environment[secret.variable] = value
            facts["secret \(name.value)"] = self.facts.secretDigests[name.value] ?? "absent"
        }
        // The go command keeps in its cache what tests print, unless it is told how often to run them.
        if !names.isEmpty { environment["GOFLAGS"] = (environment["GOFLAGS"] ?? "") + " -count=1" }
    }
}
