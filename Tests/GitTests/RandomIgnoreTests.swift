/// Random ignore files over random trees, judged by the room and by the real git alike.
import Git
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RandomIgnoreTests {
    private static let names = ["a", "b", "A", "foo", "foo.o", "bar.o", "x.txt", "build", "a b", "b]", "-", "é"]
    private static let parts = [
        "a", "b", "foo", "build", "*", "**", "***", "*.o", "*.txt", "fo?", "?", "b*", "foo*", "*o*", "foo**", "[ab]",
        "[!a]",
        "[^b]", "[a-f]oo", "[[:lower:]]", "[[:upper:][:digit:]]", "[]b]", "[]-]", "[", "[a", "[z-a]", "\\a", "\\*",
        "a\\ b",
        "a b", "x.txt", "bar.o", "[\\a-c]", "é", "[é]", "a\\",
        "A", "FOO*", "[A-C]", "BUILD"
    ]
    private static let oddities = [
        "#a", "\\#a", "\\!a", "!", "", "  ", "/", "//", "!/", "**", "!**", "a//b", "/**", "**/", "a\r", "!!a", "\\",
        " a"
    ]

    private static func pattern(_ random: inout SeededNumbers) -> String {
        if random.chance(7) { return random.pick(oddities) }
        var text = (0..<random.pick([1, 1, 1, 2, 2, 3])).map { _ in random.pick(parts) }.joined(separator: "/")
        if random.chance(25) { text = "/" + text }
        if random.chance(25) { text += "/" }
        if random.chance(35) { text = "!" + text }
        if random.chance(8) { text += random.pick([" ", "\\ ", "  ", "\t", "\\  "]) }
        return text
    }

    private static func ignoreFile(_ random: inout SeededNumbers) -> String {
        let lines = (0..<Int.random(in: 1...6, using: &random)).map { _ in pattern(&random) }
        let mark = random.chance(5) ? "\u{feff}" : ""
        return mark + lines.joined(separator: random.chance(10) ? "\r\n" : "\n") + (random.chance(80) ? "\n" : "")
    }

    @Test(arguments: 0..<120)
    func agreesWithGit(seed: Int) throws {
        var random = SeededNumbers(seed: UInt64(seed))
        let repository = TestRepository()
        // With two names that differ in case only, git would take the one for the other.
        let ignoresCase = random.chance(25)
        if ignoresCase { repository.git("config", "core.ignoreCase", "true") }
        let names = ignoresCase ? Self.names.filter { $0 != "A" } : Self.names
        var folders = [""]
        var level = [""]
        var paths: [String] = []
        for _ in 0..<3 {
            var next: [String] = []
            for folder in level {
                for name in names.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random)) {
                    if random.chance(50) {
                        next.append("\(folder)\(name)/")
                        mkdir("\(repository.path)/\(folder)\(name)", 0o755)
                    } else if random.chance(10) {
                        symlink(".", "\(repository.path)/\(folder)\(name)")
                        paths.append(folder + name)
                    } else {
                        repository.write(folder + name, "")
                        paths.append(folder + name)
                    }
                }
            }
            folders += next
            level = next
        }
        let tracked = paths.filter { _ in random.chance(15) }
        if !tracked.isEmpty { repository.git(["add", "-f", "--"] + tracked) }
        for folder in folders where folder.isEmpty || random.chance(20) {
            repository.write("\(folder).gitignore", Self.ignoreFile(&random))
        }
        if random.chance(40) { repository.write(".git/info/exclude", Self.ignoreFile(&random)) }
        if random.chance(40) { repository.folder.write("home/.config/git/ignore", Self.ignoreFile(&random)) }
        paths += folders.dropFirst()

        let rules = folders.compactMap { folder in
            repository.folder.read("tree/\(folder).gitignore").map { "\(folder).gitignore: \($0.debugDescription)" }
        }
        let bare = paths.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        let ignored = repository.list("check-ignore", "-z", "--stdin", input: bare, allowing: [0, 1])
        let found = try repository.open().ignored(paths).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        #expect(found.sorted() == ignored.sorted(), "\(rules)")

        let listed = Set(repository.list("ls-files", "-c", "-o", "--exclude-standard", "-z"))
        let scanned = try Set(repository.scan())
        #expect(scanned == listed, "differ in \(scanned.symmetricDifference(listed)); \(rules)")
        #expect(
            try repository.open().hasUntracked()
                == !repository.list("ls-files", "-o", "--exclude-standard", "-z").isEmpty, "\(rules)")
    }
}
