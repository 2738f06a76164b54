/// Path patterns, one row a rule.
import Pipeline
import Testing

@Suite struct GlobTests {
    static let matching = [
        ("a.go", "a.go"), ("*.go", "a.go"), ("?.go", "é.go"), ("dir/*.go", "dir/b.go"), ("**/*.go", "a.go"),
        ("**/*.go", "x/y/a.go"), ("x/**/a.go", "x/a.go"), ("x/**/a.go", "x/1/2/a.go"), ("dir", "dir/any/thing"),
        ("dir/", "dir/any"), ("d*", "dir/any"), ("**", "any/thing"), ("dir/**", "dir/x"), ("[a-c].txt", "b.txt"),
        ("[!a-c].txt", "z.txt"), ("[abc].txt", "c.txt"), ("[]].txt", "].txt"), ("[a-].txt", "-.txt"),
        ("./a.go", "a.go"), ("*", "x"), ("a*c*e", "abcde"), ("testdata/**/in-?.json", "testdata/deep/er/in-1.json"),
    ]
    static let different = [
        ("a.go", "b.go"), ("*.go", "x/a.go"), ("?.go", ".go"), ("a.go", "a.go.bak"), ("dir/*.go", "dir/x/b.go"),
        ("x/**/a.go", "x/1/b.go"), ("[a-c].txt", "d.txt"), ("[!a-c].txt", "b.txt"), ("[ab", "a"), ("dir/x", "dir"),
        ("a*c*e", "abcd"), ("dir", "directory"), ("A.go", "a.go"),
    ]

    @Test(arguments: matching) func matches(pattern: String, path: String) { #expect(Glob(pattern).matches(path)) }
    @Test(arguments: different) func isDifferent(pattern: String, path: String) { #expect(!Glob(pattern).matches(path)) }
}
