/// What a fingerprint changes with, and what it does not.
import Git
import TestSupport
import Testing

@Suite struct FingerprintTests {
    private func fingerprint(_ repository: TestRepository) throws -> GitFingerprint {
        GitFingerprint(try #require(RepositoryLayout.discover(from: repository.path)))
    }

    @Test func theCommitIsGits() throws {
        let repository = TestRepository()
        #expect(try fingerprint(repository).commit == nil)
        repository.commit("one")
        let first = repository.git("rev-parse", "HEAD")
        #expect(try fingerprint(repository).commit == first)
        repository.git("tag", "-a", "v1", "-m", "v1")
        repository.git("branch", "x/main")
        repository.git("pack-refs", "--all")
        #expect(try fingerprint(repository).commit == first)
        repository.commit("two")
        let second = repository.git("rev-parse", "HEAD")
        #expect(try fingerprint(repository).commit == second)
        repository.git("checkout", "-q", "--detach", first)
        #expect(try fingerprint(repository).commit == first)
        repository.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
        repository.git("symbolic-ref", "HEAD", "refs/heads/alias")
        #expect(try fingerprint(repository).commit == second)
    }

    @Test func eachPartChangesWithItsOwnCause() throws {
        let repository = TestRepository()
        repository.write("a", "1")
        repository.commit("one")
        let before = try fingerprint(repository)
        #expect(try fingerprint(repository) == before)
        #expect(before.text == "commit \(before.commit!)\n\(before.references)\nindex \(before.index)\n")

        repository.write("untracked", "")
        repository.git("config", "some.key", "value")
        #expect(try fingerprint(repository) == before)

        repository.git("tag", "nested/v1")
        let tagged = try fingerprint(repository)
        #expect(tagged.references != before.references)
        #expect(tagged.commit == before.commit && tagged.index == before.index)
        repository.git("tag", "-d", "nested/v1")
        #expect(try fingerprint(repository).references != tagged.references)
        repository.git("tag", "v1")
        let loose = try fingerprint(repository)
        repository.git("pack-refs", "--all")
        #expect(try fingerprint(repository).references != loose.references)

        let packed = try fingerprint(repository)
        repository.write("a", "2")
        #expect(try fingerprint(repository) == packed)
        repository.git("add", "a")
        let staged = try fingerprint(repository)
        #expect(staged.index != packed.index)
        #expect(staged.commit == packed.commit && staged.references == packed.references)
        repository.git("tag", "-d", "v1")
        #expect(try fingerprint(repository).references != staged.references)
    }
}
