/// Finding and reading the file: names, bytes, and what else can lie where a file is expected.
import Diagnostics
import Pipeline
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct PipelineFileTests {
    private let folder = TemporaryFolder()
    private let good = "version: 1\nsteps: { vet: { vet: ./... } }\n"

    private func load(_ name: String? = nil) -> (pipeline: Pipeline?, diagnostics: [Diagnostic])? {
        switch loadPipeline(root: folder.path, name: name) {
        case .absent: nil
        case .found(let pipeline, let diagnostics, _): (pipeline, diagnostics)
        }
    }

    private func writeBytes(_ name: String, _ bytes: [UInt8]) {
        let descriptor = open("\(folder.path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(descriptor) }
        #expect(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
    }

    @Test func noFileIsAbsent() {
        #expect(load() == nil)
    }

    @Test func otherPipelinesAreNoPipelineFile() {
        folder.write("pipelines/nightly.yaml", good)
        #expect(load() == nil)
        #expect(namedPipelines(root: folder.path) == ["nightly"])
    }

    @Test(arguments: ["pipeline.yaml", "pipeline.yml"])
    func theFileAtTheRoot(file: String) throws {
        folder.write(file, good)
        let (pipeline, diagnostics) = try #require(load())
        #expect(diagnostics == [])
        #expect(pipeline?.file == file)
    }

    @Test func theSourceIsGivenBackForQuoting() throws {
        folder.write("pipeline.yaml", "\u{FEFF}\(good)")
        guard case .found(_, _, let source) = loadPipeline(root: folder.path) else { return }
        #expect(source.file == "pipeline.yaml" && source.text == good)
    }

    @Test func bothEndings() throws {
        folder.write("pipeline.yaml", good)
        folder.write("pipeline.yml", good)
        #expect(
            load()?.diagnostics == [
                Diagnostic(
                    id: "pipeline/two-files", message: "there are both `pipeline.yaml` and `pipeline.yml`",
                    file: "pipeline.yml", help: "remove one of them")
            ])
    }

    @Test func aNamedPipeline() throws {
        folder.write("pipelines/nightly.yaml", good)
        let (pipeline, diagnostics) = try #require(load("nightly"))
        #expect(diagnostics == [])
        #expect(pipeline?.file == "pipelines/nightly.yaml")
    }

    @Test(arguments: [
        ("nightyl", "did you mean `nightly`?"), ("deploy", "the pipelines are `nightly`, `release`"),
        ("../pipeline", "the pipelines are `nightly`, `release`"),
    ])
    func anUnknownName(name: String, help: String) {
        folder.write("pipeline.yaml", good)
        folder.write("pipelines/nightly.yaml", good)
        folder.write("pipelines/release.yml", good)
        #expect(
            load(name)?.diagnostics == [
                Diagnostic(id: "pipeline/unknown-pipeline", message: "there is no pipeline named `\(name)`", help: help)
            ])
    }

    @Test func aNameWhereThereAreNone() {
        #expect(load("nightly")?.diagnostics.map(\.help) == ["a named pipeline is a file `pipelines/NAME.yaml`"])
    }

    @Test func aFolder() {
        folder.write("pipeline.yaml/file", "")
        #expect(
            load()?.diagnostics == [
                Diagnostic(
                    id: "pipeline/unreadable", message: "`pipeline.yaml` is not a file", file: "pipeline.yaml",
                    help: "replace it with a pipeline file")
            ])
    }

    @Test func aNamedPipeDoesNotHang() {
        #expect(mkfifo("\(folder.path)/pipeline.yaml", 0o644) == 0)
        #expect(load()?.diagnostics.map(\.message) == ["`pipeline.yaml` is not a file"])
    }

    @Test func aLinkToNowhere() {
        #expect(symlink("nowhere", "\(folder.path)/pipeline.yaml") == 0)
        #expect(
            load()?.diagnostics == [
                Diagnostic(
                    id: "pipeline/unreadable", message: "`pipeline.yaml` cannot be read: No such file or directory",
                    file: "pipeline.yaml", help: "make it a file that you may read")
            ])
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything"))
    func aFileThatMayNotBeRead() {
        folder.write("pipeline.yaml", good, mode: 0)
        #expect(load()?.diagnostics.map(\.message) == ["`pipeline.yaml` cannot be read: Permission denied"])
    }

    @Test func anEmptyFile() {
        folder.write("pipeline.yaml", "")
        #expect(load()?.diagnostics.map(\.id) == ["pipeline/empty"])
    }

    @Test func aMebibyteIsRead() {
        folder.write("pipeline.yaml", good + "#" + String(repeating: "x", count: (1 << 20) - good.utf8.count - 1))
        #expect(load()?.diagnostics == [])
    }

    @Test func moreThanAMebibyteIsNot() {
        folder.write("pipeline.yaml", good + "#" + String(repeating: "x", count: (1 << 20) - good.utf8.count))
        let expected = Diagnostic(
            id: "pipeline/too-large", message: "the pipeline file is larger than 1 MiB", file: "pipeline.yaml",
            help: "split it into several files, `pipelines/NAME.yaml`, or look whether this is the right file")
        #expect(load()?.diagnostics == [expected])
    }

    @Test(arguments: [
        ([0x61, 0xFF], 2, "0xFF"), ([0xC3, 0xA9, 0xC3], 2, "0xC3"), ([0xE2, 0x82, 0x41], 1, "0xE2"),
        ([0xED, 0xA0, 0x80], 1, "0xED"), ([0xC0, 0x80], 1, "0xC0"), ([0x80], 1, "0x80"),
    ])
    func notUTF8(bytes: [UInt8], column: Int, shown: String) throws {
        writeBytes("pipeline.yaml", Array("version: 1\n# é\n".utf8) + bytes + [0x0A])
        let diagnostic = try #require(load()?.diagnostics.first)
        #expect(diagnostic.id == "pipeline/not-utf8")
        #expect(diagnostic.message == "the byte \(shown) is not UTF-8")
        #expect(diagnostic.range == SourceRange(line: 3, column: column))
        #expect(diagnostic.help == "save the file in the encoding UTF-8")
    }

    @Test func aNULByte() throws {
        writeBytes("pipeline.yaml", Array("version: 1\nname: a".utf8) + [0] + Array("b\n".utf8))
        #expect(load()?.diagnostics.map(\.id) == ["pipeline/control-character"])
    }
}
