/// What tools print to a terminal, and what of it may pass.
import Testing

@testable import Report

@Suite struct HarmlessTextTests {
    @Test(arguments: [
        ("ok  \texample.com/a\t0.1s", "ok  \texample.com/a\t0.1s"),
        ("10%\r55%\r100%", "100%"),
        ("windows\r", "windows"),
        ("\u{1B}[1A\u{1B}[2Kup", "up"),
        ("\u{1B}]0;title\u{07}text", "text"),
        ("\u{1B}]8;;http://example.com\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
        ("\u{1B}Pq#0\u{1B}\\after", "after"),
        ("\u{1B}(Bascii", "ascii"),
        ("\u{1B}cfull reset", "full reset"),
        ("\u{9B}2J8-bit", "8-bit"),
        ("a\u{08}\u{07}\u{0}b", "ab"),
        ("\u{1B}[31mred\u{1B}[0m", "red"),
        ("cut \u{1B}[3", "cut "),
        ("cut \u{1B}", "cut "),
        ("naïve 日本 🎉", "naïve 日本 🎉"),
    ])
    func withoutColorOnlyTextPasses(line: String, expected: String) {
        #expect(harmlessLine(line, color: false) == expected)
    }

    @Test(arguments: [
        ("\u{1B}[31mred\u{1B}[0m", "\u{1B}[31mred\u{1B}[0m"),
        ("\u{1B}[1;38:5:9mopen", "\u{1B}[1;38:5:9mopen\u{1B}[0m"),
        ("\u{1B}[32mok\r\u{1B}[2Kdone", "\u{1B}[32mdone\u{1B}[0m"),
        ("\u{1B}[>4mkeyboard", "keyboard"),
        ("\u{1B}[?25lhidden", "hidden"),
    ])
    func withColorItIsKeptAndClosed(line: String, expected: String) {
        #expect(harmlessLine(line, color: true) == expected)
    }

    @Test func aTitleStaysOnItsLine() {
        #expect(visibleText("sh -c 'a\nb'\u{1B}[2J") == "sh -c 'a⏎b'\u{FFFD}[2J")
    }

    @Test(arguments: [
        ("abc", 3), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("❤️", 2), ("🇩🇪", 2), ("한", 2), ("\u{200B}", 0),
        ("✓", 1), ("─", 1), ("⌚", 2), ("🀄", 2),
    ])
    func widths(text: String, cells: Int) {
        #expect(text.displayWidth == cells)
    }

    @Test func cutting() {
        #expect("abcdef".cut(to: 6) == "abcdef")
        #expect("abcdef".cut(to: 5) == "abcd…")
        #expect("日本語".cut(to: 4) == "日…")
        #expect("日本語".cut(to: 5) == "日本…")
        #expect("abc".cut(to: 1) == "…")
        #expect("abc".cut(to: 0) == "")
        #expect("a\tb".expandingTabs(every: 8) == "a       b")
    }
}
