/// Quoted words as the real shell reads them, and the other two ways of quoting.
import TestSupport
import Testing

@testable import Dockerfile

@Suite struct QuotingTests {
    static let words = [
        "", "plain", "a b", "-s -w", "it's", "say \"x\"", "$HOME", "${HOME}", "`id`", "$(id)", "a\\b", "a\\", "\\\"", "\\$HOME",
        "~", "a:~/b", "#x", "*", "?", "[a-z]", "{a,b}", "a;b", "a&b", "a|b", "a>b", "<<EOF", "!x", "a\tb", " ", "ä–😀", "'\\''",
        "$$", "%s\\n", "=", "a=b",
    ]

    @Test(arguments: words) func theShellReadsTheWord(_ word: String) {
        #expect(shell("printf '<%s>' \(ShellWord(word).quoted)").output == "<\(word)>")
        #expect(shell("X=\(ShellWord(word).quotedValue) && printf '<%s>' \"$X\"").output == "<\(word)>")
    }

    /// A variable's value is neither split nor expanded, whatever stands around it.
    @Test(arguments: words) func theShellFillsIn(_ value: String) {
        let folder = TemporaryFolder()
        let file = folder.write("value", value)
        let set = "V=\"$(cat \(file))\""
        let word = ShellWord(parts: [.text("a \"$x\" "), .variable("V"), .text("b")])
        #expect(shell("\(set); printf '<%s>' \(word.quoted)").output == "<a \"$x\" \(value)b>")
        let alone = ShellWord(parts: [.variable("V")])
        #expect(shell("\(set); printf '<%s>' \(alone.quoted)").output == "<\(value)>")
        #expect(shell("\(set); X=\(alone.quotedValue); printf '<%s>' \"$X\"").output == "<\(value)>")
    }

    @Test func execFormIsJSON() {
        #expect(execForm(["a b", "\"\\\n\t\r\u{1}é"]) == #"["a b", "\"\\\n\t\r\u0001é"]"#)
        #expect(execForm(["\\d+", "C:\\", "\\\""]) == #"["\\d+", "C:\u005c", "\u005c\""]"#)
        #expect(execForm([]) == "[]")
    }

    @Test func instructionsEscapeTheirOwnVariables() {
        #expect(dockerfileWord("v1.2.0") == "v1.2.0")
        #expect(dockerfileWord("") == "\"\"")
        #expect(dockerfileWord("a \"b\" $c \\d `e`") == #""a \"b\" \$c \\d `e`""#)
    }
}
