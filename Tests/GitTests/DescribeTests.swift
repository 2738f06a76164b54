/// Descriptions of commits, held against what `git describe` prints.
import Git
import TestSupport
import Testing

@Suite struct DescribeTests {
    private func expectSame(_ repository: TestRepository, _ sourceLocation: SourceLocation = #_sourceLocation) throws {
        // Its warnings about misnamed tags come first.
        let printed = repository.git("describe", "--tags", "--always", "--dirty", "--abbrev=7").split(separator: "\n")
            .last
        #expect(try repository.open().describe() == printed.map(String.init), sourceLocation: sourceLocation)
    }

    @Test func namesTheCommitItself() throws {
        let repository = TestRepository()
        repository.commit("one")
        try expectSame(repository)
        repository.git("tag", "light")
        try expectSame(repository)
        #expect(try repository.open().describe() == "light")
        repository.git("tag", "-a", "v1.0", "-m", "first")
        try expectSame(repository)
        #expect(try repository.open().describe() == "v1.0")
        // Of two annotated tags the later one, of two of the same second the first by name.
        repository.git("-c", "user.name=x", "tag", "-a", "v0.9", "-m", "same second")
        try expectSame(repository)
        repository.write("file", "")
        repository.commit("two")
        try expectSame(repository)
        repository.git("tag", "nested/name")
        try expectSame(repository)
        repository.git("pack-refs", "--all")
        try expectSame(repository)
    }

    @Test func aTagThatWasMovedAsideCarriesTheCommitToo() throws {
        let repository = TestRepository()
        repository.commit("one")
        repository.git("tag", "-a", "v1.0", "-m", "first")
        repository.git("update-ref", "refs/tags/alias", "refs/tags/v1.0")
        repository.git("update-ref", "-d", "refs/tags/v1.0")
        try expectSame(repository)
        repository.commit("two")
        try expectSame(repository)
    }

    @Test func tagsOfOtherThingsDescribeNothing() throws {
        let repository = TestRepository()
        repository.write("file", "text")
        repository.commit("one")
        repository.git("tag", "blob", "HEAD:file")
        repository.git("tag", "-a", "tree", "-m", "tree", "HEAD^{tree}")
        try expectSame(repository)
        repository.git("tag", "-a", "inner", "-m", "x")
        repository.git("tag", "-a", "outer", "-m", "x", "inner")
        try expectSame(repository)
        repository.git("tag", "-d", "inner")
        try expectSame(repository)
        repository.git("update-ref", "refs/tags/symbolic", "HEAD")
        repository.git("symbolic-ref", "refs/tags/zz", "refs/heads/main")
        repository.commit("two")
        try expectSame(repository)
    }

    @Test func takesMoreDigitsWhenSevenAreNotEnough() throws {
        // This commit and this blob begin with the same seven digits; they were searched for.
        let repository = TestRepository()
        repository.git("commit", "-q", "--allow-empty", "-m", "commit 10762")
        let blob = repository.git("hash-object", "-w", "--stdin", input: "blob 18701")
        let commit = repository.git("rev-parse", "HEAD")
        try #require(commit.prefix(7) == blob.prefix(7))
        try expectSame(repository)
        #expect(try repository.open().describe().utf8.count == 8)
    }

    /// Two lines that meet: a newer one of tagged commits only, and an older, longer one tagged at its tip alone.
    /// The tip is nearer than any other tag, but with ten newer ones git does not come to it.
    @Test(arguments: [3, 10, 15])
    func considersTenTagsAtMost(newer: Int) throws {
        let repository = TestRepository()
        var stream = ""
        var mark = 0
        func add(_ branch: String, tag: String?) {
            mark += 1
            stream += "commit refs/heads/\(branch)\nmark :\(mark)\n"
            stream += "committer T <t@example.com> \(1_700_000_000 + mark) +0000\ndata 1\nx\n"
            if branch == "main", mark == newer + 31 { stream += "merge refs/heads/older\n" }
            if let tag { stream += "reset refs/tags/\(tag)\nfrom :\(mark)\n\n" }
        }
        for i in 1...30 { add("older", tag: i == 30 ? "tip" : nil) }
        for i in 1...newer { add("main", tag: "t\(i)") }
        add("main", tag: nil)
        repository.git("fast-import", "--quiet", input: stream)
        let printed = repository.git("describe", "--tags", "--abbrev=7", "main")
        #expect(printed.hasPrefix(newer < 10 ? "tip-" : "t\(newer)-31-g"))
        #expect(try repository.open().describe(commit: "main") == printed)
    }

    @Test func withoutACommitThereIsNothingToDescribe() throws {
        let repository = TestRepository()
        let error = #expect(throws: GitError.self) { try repository.open().describe() }
        #expect(error?.code == .noCommit)
        #expect(error?.description == "cannot describe the commit of \(repository.path): there is no commit yet")
    }

    /// Merges, several roots, odd and equal dates, plain and annotated tags, more than ten of them at times.
    @Test(arguments: 0..<40)
    func agreesWithGitOnRandomHistories(seed: Int) throws {
        var random = SeededNumbers(seed: UInt64(seed))
        let repository = TestRepository()
        let count = Int.random(in: 1...60, using: &random)
        let tagPercent = random.pick([0, 3, 10, 40])
        let jitter = random.pick([0, 0, 5, 500])
        var stream = ""
        for mark in 1...count {
            let time = 1_700_000_000 + mark * random.pick([0, 1, 10]) + Int.random(in: -jitter...jitter, using: &random)
            stream += "reset refs/heads/main\n"
            let parents = (0..<random.pick([0, 1, 1, 1, 1, 1, 2, 2, 3])).map { _ in
                random.chance(70)
                    ? max(1, mark - Int.random(in: 1...3, using: &random)) : Int.random(in: 1...mark, using: &random)
            }
            let unique = parents.filter { $0 < mark }.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
            if let first = unique.first { stream += "from :\(first)\n" }
            stream += "\ncommit refs/heads/main\nmark :\(mark)\ncommitter T <t@example.com> \(time) +0000\ndata 1\nx\n"
            for parent in unique.dropFirst() { stream += "merge :\(parent)\n" }
            stream += "\n"
            for tag in 0..<3 where random.chance(tagPercent) {
                let name = "\(random.pick(["a", "b", "c", "v"]))\(mark).\(tag)"
                if random.chance(50) {
                    stream += "reset refs/tags/\(name)\nfrom :\(mark)\n\n"
                } else {
                    let date = random.pick([1_700_000_000, time, time + tag])
                    stream += "tag \(name)\nfrom :\(mark)\ntagger T <t@example.com> \(date) +0000\ndata 1\nx\n"
                }
            }
        }
        repository.git("fast-import", "--quiet", "--force", "--export-marks=marks", input: stream)
        let marks = try #require(repository.folder.read("tree/marks"))
        let ids = marks.split(separator: "\n").map { String($0.split(separator: " ")[1]) }
        #expect(ids.count == count)
        let printed = repository.git(["describe", "--tags", "--always", "--abbrev=7"] + ids).split(separator: "\n")
        let opened = try repository.open()
        for (id, line) in zip(ids, printed) { #expect(try opened.describe(commit: id) == line) }
    }
}
