/// Thousands of random actions from a treacherous alphabet: two that differ in what decides never share a key.
import Action
import Testing
import TestSupport

@Suite struct ManifestCollisionTests {
    private static let words = ["", "a", "b", "ab", ":", "1:a", "\n", "0:0:", "$", "{root}", "${root}", "absent", "env"]

    private func text(_ numbers: inout SeededNumbers) -> SymbolicText {
        var text: SymbolicText = ""
        for _ in 0..<Int.random(in: 0...2, using: &numbers) {
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                text = text + "\([SymbolicText.Place.root, .output, .home].randomElement(using: &numbers)!)"
            } else {
                text = text + "\(Self.words.randomElement(using: &numbers)!)"
            }
        }
        return text
    }

    private func action(_ numbers: inout SeededNumbers) -> Action {
        var action = Action(id: "a", step: "a", kind: .run, title: "a", argv: [])
        func times(_ body: (inout SeededNumbers) -> Void) {
            for _ in 0..<Int.random(in: 0...1, using: &numbers) { body(&numbers) }
        }
        times { action.argv.append(text(&$0)) }
        times { action.argv.append(text(&$0)) }
        times { action.environment[Self.words.randomElement(using: &$0)!] = text(&$0) }
        times { action.facts[Self.words.randomElement(using: &$0)!] = Self.words.randomElement(using: &$0)! }
        times { action.inputs.append(Self.words.randomElement(using: &$0)!) }
        times { action.outputs.append(Action.Output(Self.words.randomElement(using: &$0)!, inTree: .random(using: &$0))) }
        times { action.dependencies.append(Action.Dependency(ActionID(Self.words.randomElement(using: &$0)!), .input)) }
        action.directory = Self.words.randomElement(using: &numbers)!
        return action
    }

    /// Texts whose parts are cut differently are the same text.
    private func meaning(_ action: Action) -> Action {
        func joined(_ text: SymbolicText) -> SymbolicText {
            text.parts.reduce(into: SymbolicText(parts: [])) { whole, part in
                if case .text(let new) = part, case .text(let old)? = whole.parts.last {
                    whole.parts[whole.parts.count - 1] = .text(old + new)
                } else {
                    whole.parts.append(part)
                }
            }
        }
        var action = action
        action.argv = action.argv.map(joined)
        action.environment = action.environment.mapValues(joined)
        return action
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func differentActionsHaveDifferentKeys(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var actions: [CacheKey: Action] = [:]
        for _ in 0..<4000 {
            let action = meaning(action(&numbers))
            let key = Manifest(of: action, digest: { _ in nil }, key: { _ in nil }).key
            if let other = actions.updateValue(action, forKey: key) {
                #expect(other == action, "seed \(seed)")
            }
        }
        #expect(actions.count > 2000)
    }
}
