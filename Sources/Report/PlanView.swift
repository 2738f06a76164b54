/// A plan in each of the forms it can be asked for; it knows the graph and what was decided, and decides nothing.
import Action
import Plan
import Run

/// The values of `plan --format`.
package enum PlanFormat: String, CaseIterable, Sendable { case text, json, dot, mermaid }

/// Every action of `graph` in its order, one without a decision without key and verdict. Ends with a line feed.
package func renderPlan(
    _ graph: StepGraph, decisions: [Decision], format: PlanFormat, style: TerminalStyle = .plain,
    verbosity: Verbosity = .normal
) -> String {
    let decided = Dictionary(uniqueKeysWithValues: decisions.map { ($0.action, $0) })
    let entries = graph.actions.map { PlanEntry(action: $0, decision: decided[$0.id]) }
    return switch format {
    case .text: planText(entries, style: style, verbosity: verbosity)
    case .json: JSON.document("actions", entries.map(JSON.init))
    case .dot: planDot(entries)
    case .mermaid: planMermaid(entries)
    }
}

struct PlanEntry {
    var action: Action
    var decision: Decision?
}

extension Action.Dependency.Role {
    /// The name that plans give it.
    var name: String {
        switch self {
        case .order: "order"
        case .provision: "provision"
        case .tool: "tool"
        case .input: "input"
        }
    }
}

extension JSON {
    fileprivate init(_ entry: PlanEntry) {
        let action = entry.action
        self = [
            "id": .string(action.id.text), "step": .string(action.step), "kind": .string(action.kind.rawValue),
            "title": .string(action.title), "argv": .array(action.argv.map { .string($0.description) }),
            "needs": .array(
                action.dependencies.map { ["action": .string($0.action.text), "role": .string($0.role.name)] }),
            "key": JSON(entry.decision?.key.text), "inputs": .number(action.inputs.count),
            "would": JSON(entry.decision?.would.rawValue), "reason": JSON(entry.decision?.reason),
        ]
    }
}
