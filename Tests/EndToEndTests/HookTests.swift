/// `pipeline hook` with real pushes and commits: red ones do not get through, and other hooks are left alone.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Hooks {
        /// A repository that is red where a file `red` is committed, and a bare one to push to.
        private func desk(_ place: String = "") async throws -> Desk {
            _ = try await WarmStore.exampleRun()
            let desk = Desk(store: WarmStore.path)
            desk.write("\(place)go.mod", "module example.com/hooks\n\ngo 1.24\n")
            desk.write("\(place)pipeline.yaml", "version: 1\nname: hooks\nsteps: { check: { run: [./check.sh] } }\n")
            desk.write("\(place)check.sh", "#!/bin/sh\necho checking\n! test -e red\n", mode: 0o755)
            try await desk.commit()
            try await desk.shell("git init -q --bare ../remote.git && git remote add origin '\(desk.folder.path)/remote.git'")
            return desk
        }

        private func hook(_ desk: Desk, _ words: String...) async throws -> Ended {
            try await desk.start(["hook"] + words).end()
        }

        /// What git says, and whether it did it.
        private func git(_ desk: Desk, _ command: String) async throws -> (isDone: Bool, said: String) {
            let said = try await desk.shell("{ \(command); } 2>&1 && echo DONE || echo REFUSED")
            return (said.hasSuffix("DONE\n"), said)
        }

        private func remote(_ desk: Desk) async throws -> String { try await desk.shell("git -C ../remote.git for-each-ref --format='%(refname) %(objectname)'") }

        @Test func aRedCommitIsNotPushed() async throws {
            let desk = try await desk()
            let installed = try await hook(desk, "install", "--store", desk.store)
            #expect(installed.exit == .code(0) && installed.err.contains(".git/hooks/pre-push runs `pipeline run --clean`"), "\(installed.transcript)")
            // What is not committed does not count.
            desk.write("red", "x")
            let first = try await git(desk, "git push -q origin main")
            #expect(first.isDone && first.said.contains("green in"), "\(first.said)")
            let pushed = try await remote(desk)

            try await desk.commit()
            try await desk.shell("rm red")
            let second = try await git(desk, "git push -q origin main")
            #expect(!second.isDone && second.said.contains("red in"), "\(second.said)")
            #expect(try await remote(desk) == pushed)

            let tag = "git -c user.name=Ada -c user.email=ada@example.com tag -a -m v"
            // It is the pushed commit that counts, not HEAD's; and a tag stands for its commit.
            #expect(try await git(desk, "git push -q origin HEAD~1:refs/heads/older && \(tag) v1 HEAD~1 && git push -q origin v1").isDone)
            #expect(try await !git(desk, "\(tag) v2 && git push -q origin v2").isDone)
            // A branch that goes has no commit to be judged.
            #expect(try await git(desk, "git push -q origin :older").isDone)
            #expect(try await git(desk, "git push -q --no-verify origin main").isDone)
        }

        @Test func onlyWhatIsStagedIsCommitted() async throws {
            let desk = try await desk("nested/")
            #expect(try await hook(desk, "install", "pre-commit", "-C", "nested", "--store", desk.store).exit == .code(0))
            let commit = "git -c user.name=Ada -c user.email=ada@example.com commit -q -m"
            desk.write("nested/red", "x")
            desk.write("nested/more", "x")
            #expect(try await git(desk, "git add nested/more && \(commit) one").isDone)
            #expect(try await !git(desk, "git add nested/red && \(commit) two").isDone)
            // git gives this one an index of its own.
            try await desk.shell("git reset -q && rm nested/red && echo y >>nested/more && git add nested/more")
            desk.write("nested/red", "x")
            try await desk.shell("git add nested/red && git reset -q nested/red && git add -N nested/red")
            #expect(try await !git(desk, "\(commit) three -a").isDone)
            #expect(try await git(desk, "\(commit) four nested/more").isDone)
            // A linked work tree has the same hooks.
            try await desk.shell("git worktree add -q ../linked -b linked && touch ../linked/nested/red && git -C ../linked add -A")
            #expect(try await !git(desk, "cd ../linked && \(commit) five").isDone)
            #expect(try await git(desk, "cd ../linked && git rm -q --cached nested/red && touch x && git add x && \(commit) six").isDone)
        }

        @Test func anotherHookIsLeftAlone() async throws {
            let desk = try await desk()
            let place = "\(desk.root)/.git/hooks/pre-push"
            let other = "#!/bin/sh\nexit 0\n"
            desk.write(".git/hooks/pre-push", other, mode: 0o755)
            let refused = try await hook(desk, "install")
            #expect(refused.exit == .code(2) && refused.err.contains("error[hook/foreign]"), "\(refused.transcript)")
            #expect(readText(place) == other)
            #expect(try await hook(desk, "uninstall").exit == .code(2))

            #expect(try await hook(desk, "install", "--force").exit == .code(0))
            let ours = try #require(readText(place))
            #expect(ours != other && readText("\(place).before-pipeline") == other)
            #expect(fileStatus(place)?.kind == .file(executable: true))
            // Ours is known again, and brought up to date.
            #expect(try await hook(desk, "install").err.contains("is up to date"))
            desk.write(".git/hooks/pre-push", ours.lines.prefix(2).joined(separator: "\n") + "\nan older one\n", mode: 0o755)
            #expect(try await hook(desk, "install").exit == .code(0))
            #expect(readText(place) == ours)
            #expect(try await hook(desk, "uninstall").exit == .code(0))
            #expect(readText(place) == other && fileStatus("\(place).before-pipeline") == nil)
        }

        @Test func theConfiguredFolderIsUsed() async throws {
            let desk = try await desk()
            try await desk.shell("git config core.hooksPath .githooks")
            #expect(try await hook(desk, "install", "--store", desk.store).exit == .code(0))
            #expect(fileStatus("\(desk.root)/.githooks/pre-push") != nil && fileStatus("\(desk.root)/.git/hooks/pre-push") == nil)
            desk.write("red", "x")
            try await desk.shell("git add red")
            try await desk.commit()
            #expect(try await !git(desk, "git push -q origin main").isDone)
            let without = try await hook(Desk(), "install")
            #expect(without.exit == .code(2) && without.err.contains("error[hook/no-repository]"), "\(without.transcript)")
        }
    }
}
