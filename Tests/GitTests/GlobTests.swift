/// Glob patterns by example; that git agrees is for the random ignore files to show.
import Testing

@testable import Git

@Suite struct GlobTests {
    private func matches(_ pattern: String, _ text: String, ignoringCase: Bool = false) -> Bool {
        Array(pattern.utf8).withUnsafeBufferPointer { pattern in
            Array(text.utf8).withUnsafeBufferPointer { globMatches(pattern, $0, ignoringCase: ignoringCase) }
        }
    }

    @Test(arguments: [
        ("*.go", "main.go"), ("a*c*e", "abcde"), ("a?c", "abc"), ("**", "a/b/c"), ("a/**", "a/b/c"), ("**/c", "c"),
        ("**/c", "a/b/c"), ("a/**/d", "a/d"), ("a/**/d", "a/b/c/d"), ("a/**/b/**/c", "a/x/b/b/c"), ("[a-c]x", "bx"),
        ("[!a]", "b"), ("[]-]", "-"), ("[]-]", "]"), ("[[:digit:][:upper:]]", "7"), ("\\*", "*"), ("[\\]]", "]"),
        ("", "")
    ])
    func fits(pattern: String, text: String) { #expect(matches(pattern, text)) }

    @Test(arguments: [
        ("*.go", "a/main.go"), ("a?c", "a/c"), ("a*", "a/b"), ("a/**", "a"), ("**/c", "xc"), ("a**/d", "a/b/d"),
        ("[a-c]x", "dx"), ("[!a]", "a"), ("[!a]", "/"), ("[a", "a"), ("[[:nothing:]]", "n"), ("a\\", "a"),
        ("a\\", "a\\"), ("", "a")
    ])
    func doesNotFit(pattern: String, text: String) { #expect(!matches(pattern, text)) }

    @Test func mayIgnoreCase() {
        #expect(matches("*.GO", "Main.go", ignoringCase: true))
        #expect(matches("[A-C]", "b", ignoringCase: true))
        #expect(matches("[[:upper:]]", "b", ignoringCase: true))
        #expect(!matches("*.GO", "Main.go"))
        #expect(!matches("@", "`", ignoringCase: true))
    }

    @Test(.timeLimit(.minutes(10)))
    func manyStarsTakeNoTime() {
        let text = String(repeating: "a", count: 500)
        #expect(!matches(String(repeating: "*a", count: 100) + "b", text))
        let path = Array(repeating: "a", count: 500).joined(separator: "/")
        #expect(!matches(String(repeating: "**/a/", count: 100) + "b", path))
    }
}
