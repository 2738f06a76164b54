/// How a repository is cut into what a sandboxed step is shown, and which of its files a step missed.
import Files
import Processes
import TestSupport
import Testing

@testable import Run

@Suite struct TreeViewTests {
    private let folder = TemporaryFolder()

    private func view(_ inputs: [String], made: [String: String] = [:]) -> SandboxView {
        var view = SandboxView()
        TreeView(root: folder.path, inputs: inputs, made: made).put(into: &view)
        return view
    }

    @Test func whatIsDeclaredIsShownAndNothingElse() {
        for file in ["a/one", "a/two", "b/one", "b/two", "c/deep/one", "top", "hidden"] { folder.write(file, "x") }
        let view = view(["a/one", "a/two", "b/one", "c/deep/one", "top", "gone"])
        for path in ["a", "a/one", "a/later", "b", "b/one", "c/deep/one", "top"] { #expect(view.shows("\(folder.path)/\(path)"), "\(path)") }
        for path in ["b/two", "hidden", "gone", "c2"] { #expect(!view.shows("\(folder.path)/\(path)"), "\(path)") }
    }

    @Test func aFolderWithOutputsIsNotShownAsItIs() {
        for file in ["a/one", "a/old"] { folder.write(file, "x") }
        let view = view(["a/one"], made: ["a": "/elsewhere", "new/folder": "/other"])
        #expect(view.shows("\(folder.path)/a/one") && !view.shows("\(folder.path)/a/old"))
        #expect(view.shows("\(folder.path)/new/folder"))
    }

    @Test func whatIsThereAndNotShownIsTold() {
        for file in ["in/a", "config/dev.yaml", "config/other.yaml", "out/report"] { folder.write(file, "x") }
        let reads = UndeclaredReads(
            repository: folder.path, tree: folder.path, view: view(["in/a"]), copied: nil, outputs: ["out/report"], store: "/store")
        for path in [
            "in/a", "in/./../config/dev.yaml", "config/dev.yaml", "config/none.yaml", "out/report", "in/missing", "config",
        ] { reads.note("\(folder.path)/\(path)") }
        #expect(reads.found == ["config/dev.yaml", "config/"])
        reads.search(["open config/other.yaml: no such file", "in/a:3: fine"], directory: folder.path)
        #expect(reads.found == ["config/dev.yaml", "config/", "config/other.yaml"])
    }

    @Test func inACopyTheDeclaredFilesDecide() {
        for file in ["in/a", "ignored/b"] { folder.write(file, "x") }
        var view = SandboxView()
        view.put("/copy", .writable("/copy"))
        let reads = UndeclaredReads(
            repository: folder.path, tree: "/copy", view: view, copied: ["in", "in/a"], outputs: [], store: "/store")
        for path in ["/copy/in/a", "/copy/in", "/copy/ignored/b", "/copy/nowhere"] { reads.note(path) }
        #expect(reads.found == ["ignored/b"])
    }
}
