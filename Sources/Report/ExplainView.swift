/// Why actions would run or not, for people and for programs; it knows what was decided, and compares nothing.
import Action
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct ActionExplanation: Sendable {
    package var action: Action
    package var decision: Decision
    /// What the last run that had news did; nil when nothing is remembered.
    package var last: ManifestHistory.Entry?

    package init(action: Action, decision: Decision, last: ManifestHistory.Entry?) {
        self.action = action
        self.decision = decision
        self.last = last
    }
}

/// An action a paragraph. Ends with a line feed.
package func renderExplanations(_ explanations: [ActionExplanation], style: TerminalStyle = .plain) -> String {
    explanations.map { explanation in
        let (action, decision) = (explanation.action, explanation.decision)
        let verdict =
            decision.would == .run ? style.paint("run", .bold, .yellow) : style.paint("hit", .bold, .green)
        var lines = [
            "\(verdict)  \(style.paint(action.id.text, .bold))  \(visibleText(action.title))",
            "     \(visibleText(decision.reason))",
        ]
        if let sandbox = action.sandbox {
            lines.append("     in a sandbox" + (sandbox == .network ? ", with the network" : ""))
        }
        if let last = explanation.last {
            lines.append("     last: \(last.words)")
        } else {
            lines.append("     nothing is remembered of it")
        }
        if let comparison = decision.comparison, !comparison.items.isEmpty {
            let isLast = comparison.with == explanation.last
            lines.append("     different since " + (isLast ? "then:" : "the nearest, of \(comparison.with.stamp(" ", " UTC")):"))
            lines += table(comparison.items, style)
        }
        return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
}

/// `{"actions":[…]}`, each on a line of its own.
package func renderExplanationsJSON(_ explanations: [ActionExplanation]) -> String {
    JSON.document("actions", explanations.map(JSON.init))
}

/// Every group's name stands before its first line.
private func table(_ items: [DifferenceItem], _ style: TerminalStyle) -> [String] {
    let width = items.map(\.group.title.count).max() ?? 0
    var previous = ""
    return items.map { item in
        let title = item.group.title
        defer { previous = title }
        let label = title == previous ? "" : title
        return "       \(style.paint(label.padded(to: width), .dim))  \(visibleText(item.text))"
    }
}

extension DifferenceItem.Group {
    fileprivate var title: String {
        switch self {
        case .changed, .new, .gone: "inputs"
        case .toolchain, .environment, .command, .needs, .other: rawValue
        }
    }
}

extension ManifestHistory.Entry {
    /// `ran and was green, 2026-11-21 14:02:11 UTC: main.go changed`.
    fileprivate var words: String {
        let deed =
            switch deed {
            case .ran: "ran and was green"
            case .red: "ran and was red"
            case .hit: "did not run"
            }
        return "\(deed), \(stamp(" ", " UTC")): \(visibleText(reason))"
    }

    /// As RFC 3339 has it, but for the signs between date and time and at the end.
    fileprivate func stamp(_ between: String, _ end: String) -> String {
        var seconds = time_t(time)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int32, _ count: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = [digits(parts.tm_year + 1900, 4), digits(parts.tm_mon + 1), digits(parts.tm_mday)].joined(separator: "-")
        let hour = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits($0) }.joined(separator: ":")
        return date + between + hour + end
    }
}

extension JSON {
    fileprivate init(_ explanation: ActionExplanation) {
        let (action, decision) = (explanation.action, explanation.decision)
        self = [
            "id": .string(action.id.text), "step": .string(action.step), "kind": .string(action.kind.rawValue),
            "title": .string(action.title), "sandbox": JSON(action.sandbox?.rawValue), "key": .string(decision.key.text), "would": .string(decision.would.rawValue),
            "reason": .string(decision.reason), "last": explanation.last.map { .object(Self.members(of: $0)) } ?? nil,
            "compared": decision.comparison.map { comparison in
                let differences = JSON.array(comparison.items.map(JSON.init))
                return .object(Self.members(of: comparison.with) + [("differences", differences)])
            } ?? nil,
        ]
    }

    private static func members(of entry: ManifestHistory.Entry) -> [(name: String, value: JSON)] {
        [
            ("did", .string(entry.deed.rawValue)), ("at", .string(entry.stamp("T", "Z"))),
            ("reason", .string(entry.reason)), ("key", .string(entry.key.text)),
        ]
    }

    fileprivate init(_ item: DifferenceItem) {
        self = [
            "group": .string(item.group.rawValue), "name": .string(item.name), "was": JSON(item.was),
            "now": JSON(item.now), "text": .string(item.text),
        ]
    }
}
