/// When there is colour, and when a live view.
import Report
import Testing

@Suite struct TerminalStyleTests {
    @Test(arguments: [
        (ColorChoice.auto, ["TERM": "xterm"], true, true),
        (.auto, ["TERM": "xterm"], false, false),
        (.auto, ["TERM": "dumb"], true, false),
        (.auto, [:], true, false),
        (.auto, ["TERM": "xterm", "NO_COLOR": "1"], true, false),
        (.auto, ["TERM": "xterm", "NO_COLOR": ""], true, true),
        (.auto, ["CLICOLOR_FORCE": "1"], false, true),
        (.auto, ["CLICOLOR_FORCE": "0"], false, false),
        (.auto, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false, false),
        (.always, ["NO_COLOR": "1"], false, true),
        (.never, ["TERM": "xterm", "CLICOLOR_FORCE": "1"], true, false),
    ])
    func color(choice: ColorChoice, environment: [String: String], isTerminal: Bool, expected: Bool) {
        let style = TerminalStyle(color: choice, environment: environment, isTerminal: isTerminal, size: nil)
        #expect(style.color == expected)
    }

    @Test func onlyATerminalWithACursorRedraws() {
        func redraws(_ term: String?, _ isTerminal: Bool) -> Bool {
            let environment = term.map { ["TERM": $0] } ?? [:]
            return TerminalStyle(color: .always, environment: environment, isTerminal: isTerminal, size: nil).redraws
        }
        #expect(redraws("xterm-256color", true))
        #expect(!redraws("xterm-256color", false))
        #expect(!redraws("dumb", true))
        #expect(!redraws(nil, true))
    }

    @Test func widthIsTheTerminals() {
        func width(_ columns: Int?, isTerminal: Bool) -> Int {
            TerminalStyle(
                color: .never, environment: [:], isTerminal: isTerminal,
                size: columns.map { TerminalSize(columns: $0, rows: 24) }
            ).width
        }
        #expect(width(97, isTerminal: true) == 97)
        #expect(width(3, isTerminal: true) == 20)
        #expect(width(nil, isTerminal: true) == 80)
        #expect(width(nil, isTerminal: false) == 120)
    }
}
