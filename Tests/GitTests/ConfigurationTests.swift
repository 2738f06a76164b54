/// The syntax of git's configuration files, held against what `git config --list` reads from them.
import TestSupport
import Testing

@testable import Git

@Suite struct ConfigurationTests {
    @Test(arguments: [
        "[core]\n\tbare = false\n\teditor = vi\n",
        "[core] bare\n[a \"B c\"] d=e ; comment\n# other\n[a.sub] x = 1\n",
        "[a]\nb = one \\\n  two\nc = \"  kept  \" rest  \nd = x # not\ne = \"a # b ; c\"\n",
        "[a]\nb = \"tab\\tnew\\nline\\\\ \\\"quoted\\\"\"\nB-1 =\n",
        "\u{feff}[A]\r\nb = c\r\nd = e\\\r\nf\r\n",
        "[a \"q\\\"u\\\\o\"]k = v\n[include]path=x\n",
        "; only a comment",
        "",
        "[a]k", "[a]k=v"
    ])
    func readsWhatGitReads(text: String) throws {
        let repository = TestRepository()
        repository.folder.write("config", text)
        let listed = repository.list(
            "config", "--list", "-z", "--no-includes", "--file", "\(repository.folder.path)/config")
        let entries = try #require(parseConfiguration(Array(text.utf8)))
        #expect(
            entries.map { entry in
                let name = [entry.section, entry.subsection, entry.key].compactMap { $0 }.joined(separator: ".")
                return entry.value.map { "\(name)\n\($0)" } ?? name
            } == listed)
    }

    @Test(arguments: [
        "[a", "[a]\n=b\n", "[a]\nb = \"open\n", "[a]\nb = \\x\n", "[a \"b\nc\"]\n", "[a]\n1 = 2\n", "a]\n-\n"
    ])
    func refusesWhatGitRefuses(text: String) {
        let repository = TestRepository()
        repository.folder.write("config", text)
        repository.git("config", "--list", "--file", "\(repository.folder.path)/config", allowing: [128])
        #expect(parseConfiguration(Array(text.utf8)) == nil)
    }
}
