/// A terminal in memory: enough of ECMA-48 to tell what a user would see. An unknown sequence is a failed test.
import Report
import Synchronization
import Testing

final class TerminalScreen: OutputSink {
    private struct State {
        var columns: Int
        var rows: [[Character]] = [[]]
        var row = 0
        var column = 0
    }

    private let state: Mutex<State>

    init(columns: Int) { state = Mutex(State(columns: columns)) }

    /// Lines without trailing blanks, and without the blank ones at the end.
    var lines: [String] {
        state.withLock { state in
            var lines = state.rows.map { row in
                var text = String(row)
                while text.last == " " { text.removeLast() }
                return text
            }
            while lines.last == "" { lines.removeLast() }
            return lines
        }
    }

    /// Folds lines that are too long now, as terminals do, and keeps the cursor on its text.
    func resize(columns: Int) {
        state.withLock { state in
            var folded: [[Character]] = []
            var cursor = 0
            for (index, row) in state.rows.enumerated() {
                if index == state.row { cursor = folded.count }
                var rest = row[...]
                repeat {
                    folded.append(Array(rest.prefix(columns)))
                    rest = rest.dropFirst(columns)
                } while !rest.isEmpty
            }
            state.rows = folded
            state.row = cursor
            state.columns = columns
        }
    }

    func write(_ text: String) -> Bool {
        state.withLock { state in
            // By scalar: a line feed after a carriage return is a character of its own here.
            var rest = Array(text.unicodeScalars)[...]
            while let scalar = rest.popFirst() {
                switch scalar {
                case "\n":
                    state.row += 1
                    state.column = 0
                    if state.row == state.rows.count { state.rows.append([]) }
                case "\r": state.column = 0
                case "\u{1B}":
                    #expect(rest.popFirst() == "[")
                    let parameters = rest.prefix { !("@"..."~").contains($0) }
                    rest = rest.dropFirst(parameters.count)
                    let number = Int(String(String.UnicodeScalarView(parameters))) ?? 1
                    switch rest.popFirst() {
                    case "m": break
                    case "A":
                        #expect(state.row >= number, "the cursor leaves the screen")
                        state.row = max(0, state.row - number)
                    case "J":
                        state.rows[state.row] = Array(state.rows[state.row].prefix(state.column))
                        state.rows.removeSubrange((state.row + 1)...)
                    case let other: Issue.record("unknown control sequence \(String(describing: other))")
                    }
                default:
                    if state.column == state.columns {
                        state.row += 1
                        state.column = 0
                        if state.row == state.rows.count { state.rows.append([]) }
                    }
                    while state.rows[state.row].count <= state.column { state.rows[state.row].append(" ") }
                    state.rows[state.row][state.column] = Character(scalar)
                    state.column += 1
                }
            }
        }
        return true
    }
}
