/// Finds a repository's pipeline file and reads it; it knows names and bytes on disk, not keys.
import Diagnostics
import YAML

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

package enum PipelineFileResult: Sendable {
    /// There is no such file; the caller may infer a pipeline. Never the answer to a name.
    case absent
    /// The pipeline is nil when a diagnostic is an error. The source is empty when it could not be read.
    case found(pipeline: Pipeline?, diagnostics: [Diagnostic], source: SourceText)
}

/// A mebibyte; pipeline files are a few kilobytes.
let maximumFileSize = 1 << 20

/// `pipeline.yaml` of the folder `root`, or its `pipelines/NAME.yaml`; `.yml` will do for both.
package func loadPipeline(root: String, name: String? = nil) -> PipelineFileResult {
    let stem: String
    if let name {
        guard namedPipelines(root: root).contains(name) else { return .failed(unknownPipeline(name, root)) }
        stem = "pipelines/\(name)"
    } else {
        stem = "pipeline"
    }
    let files = ["\(stem).yaml", "\(stem).yml"].filter { exists("\(root)/\($0)") }
    guard let file = files.first else { return .absent }
    if files.count > 1 { return .failed(twoFiles(files)) }
    switch readFile("\(root)/\(file)") {
    case .failure(let reason): return .failed(unreadable(file, reason))
    case .success(let bytes): return decodePipeline(bytes, file: file)
    }
}

/// The names that `loadPipeline` takes, sorted.
package func namedPipelines(root: String) -> [String] {
    guard let folder = opendir("\(root)/pipelines") else { return [] }
    defer { closedir(folder) }
    var names: Set<String> = []
    while let entry = readdir(folder) {
        let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        for ending in [".yaml", ".yml"] where file.hasSuffix(ending) && !file.hasPrefix(".") {
            names.insert(String(file.dropLast(ending.count)))
        }
    }
    return names.sorted()
}

/// Bytes, as they were in the file, decoded.
func decodePipeline(_ bytes: [UInt8], file: String) -> PipelineFileResult {
    let source = withoutByteOrderMark(SourceText(file: file, text: String(decoding: bytes, as: UTF8.self)))
    if let diagnostic = notUTF8(bytes, source) {
        return .found(pipeline: nil, diagnostics: [diagnostic], source: source)
    }
    let (pipeline, diagnostics) = decodePipeline(source)
    return .found(pipeline: pipeline, diagnostics: diagnostics, source: source)
}

func tooLarge(_ source: SourceText) -> Diagnostic? {
    source.text.utf8.count > maximumFileSize ? tooLarge(source.file) : nil
}

private func tooLarge(_ file: String) -> Diagnostic {
    Diagnostic(
        id: "pipeline/too-large", message: "the pipeline file is larger than 1 MiB", file: file,
        help: "split it into several files, `pipelines/NAME.yaml`, or look whether this is the right file")
}

/// The first byte that cannot be read, at the column it has when all before it are.
private func notUTF8(_ bytes: [UInt8], _ source: SourceText) -> Diagnostic? {
    var parser = Unicode.UTF8.ForwardParser()
    var input = bytes.makeIterator()
    var (line, column, offset) = (1, 1, 0)
    while true {
        switch parser.parseScalar(from: &input) {
        case .emptyInput: return nil
        case .valid(let encoded):
            offset += encoded.count
            (line, column) = encoded.count == 1 && encoded.first == 0x0A ? (line + 1, 1) : (line, column + 1)
        case .error:
            let byte = String(bytes[offset], radix: 16, uppercase: true)
            return source.diagnostic(
                "pipeline/not-utf8", at: SourceRange(line: line, column: column), "the byte 0x\(byte) is not UTF-8",
                help: "save the file in the encoding UTF-8")
        }
    }
}

private func unknownPipeline(_ name: String, _ root: String) -> Diagnostic {
    let known = namedPipelines(root: root)
    var help =
        known.isEmpty ? "a named pipeline is a file `pipelines/NAME.yaml`" : "the pipelines are \(enumeration(known))"
    if let near = nearestName(to: name, among: known) { help = "did you mean `\(near)`?" }
    return Diagnostic(
        id: "pipeline/unknown-pipeline", message: "there is no pipeline named \(quoted(name))", help: help)
}

private func twoFiles(_ files: [String]) -> Diagnostic {
    Diagnostic(
        id: "pipeline/two-files", message: "there are both `\(files[0])` and `\(files[1])`", file: files[1],
        help: "remove one of them")
}

private func unreadable(_ file: String, _ reason: ReadFailure) -> Diagnostic {
    switch reason {
    case .tooLarge: return tooLarge(file)
    case .notAFile:
        return Diagnostic(
            id: "pipeline/unreadable", message: "`\(file)` is not a file", file: file,
            help: "replace it with a pipeline file")
    case .system(let code):
        return Diagnostic(
            id: "pipeline/unreadable", message: "`\(file)` cannot be read: \(String(cString: strerror(code)))",
            file: file, help: "make it a file that you may read")
    }
}

private enum ReadFailure: Error {
    case tooLarge, notAFile
    case system(Int32)
}

/// Also true of a link that leads nowhere: that is a mistake to report, not an absent file.
private func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}

private func readFile(_ path: String) -> Result<[UInt8], ReadFailure> {
    // Not to wait for the writer of a named pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(.system(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(.system(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { return .failure(.notAFile) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.count <= maximumFileSize {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return .failure(.system(errno)) }
        if count == 0 { return .success(bytes) }
        bytes += buffer[..<count]
    }
    return .failure(.tooLarge)
}

extension PipelineFileResult {
    fileprivate static func failed(_ diagnostic: Diagnostic) -> Self {
        .found(pipeline: nil, diagnostics: [diagnostic], source: SourceText(file: diagnostic.file ?? "", text: ""))
    }
}
