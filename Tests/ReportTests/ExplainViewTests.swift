/// Explanations as people and as programs get them, whole.
import Action
import Run
import Testing

@testable import Report

@Suite struct ExplainViewTests {
    @Test func forPeople() { expectGolden(renderExplanations(Self.samples), "explain.text.txt") }

    @Test func forPrograms() { expectGolden(renderExplanationsJSON(Self.samples), "explain.json.txt") }

    @Test func ofNothing() {
        #expect(renderExplanations([]) == "")
        #expect(renderExplanationsJSON([]) == "{\"actions\":[]}\n")
    }

    /// One that would run, one whose nearest run is not its last, one that is known, one without a past.
    private static let samples: [ActionExplanation] = {
        let plan = samplePlan()
        func entry(
            _ time: Int, _ deed: ManifestHistory.Entry.Deed, _ reason: String
        ) -> ManifestHistory.Entry {
            ManifestHistory.Entry(time: time, deed: deed, reason: reason, key: CacheKey(String(repeating: "\(time % 10)", count: 64)))
        }
        let noon = entry(1_795_262_400, .ran, "not run before with these inputs")
        let later = entry(1_795_266_061, .red, "\u{1B}[31mcolored.go changed")
        let known = entry(1_795_266_062, .hit, "known from an earlier run")
        let items = [
            DifferenceItem(
                group: .toolchain, name: "toolchain", was: "go1.26.5 linux/amd64", now: "go1.27.3 linux/amd64",
                text: "toolchain go1.26.5 → go1.27.3"),
            DifferenceItem(group: .environment, name: "A", was: nil, now: "1", text: "env A is new: `1`"),
            DifferenceItem(group: .changed, name: "a.go", was: "file 1", now: "file 2", text: "a.go changed"),
            DifferenceItem(group: .new, name: "b.go", was: nil, now: "file 2", text: "new input b.go"),
            DifferenceItem(group: .gone, name: "c.go", was: "file 3", now: nil, text: "c.go is gone"),
        ]
        return plan.graph.actions.compactMap { action in
            var decision = plan.decisions.first { $0.action == action.id }!
            switch action.kind {
            case .build:
                decision.comparison = Decision.Comparison(with: noon, items: items)
                decision.reason = items.inShort
                return ActionExplanation(action: action, decision: decision, last: noon)
            case .run:
                decision.comparison = Decision.Comparison(with: noon, items: Array(items.suffix(1)))
                decision.reason = Array(items.suffix(1)).inShort
                return ActionExplanation(action: action, decision: decision, last: later)
            case .tool: return ActionExplanation(action: action, decision: decision, last: known)
            case .toolBuild: return ActionExplanation(action: action, decision: decision, last: nil)
            default: return nil
            }
        }
    }()
}
