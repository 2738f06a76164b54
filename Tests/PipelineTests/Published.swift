/// The repository's own pipeline files, found from this file's place.
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum Published {
    static let root = String(
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/"))

    static let templateNames = ["service", "cli", "library", "monorepo"]

    /// Paths relative to the root, with their texts. An example is what has a pipeline.yaml under `examples`.
    static let files: [(path: String, text: String)] =
        (templateNames.map { "pipelines/\($0).yaml" } + entries(of: "examples").map { "examples/\($0)/pipeline.yaml" })
        .compactMap { path in readText("\(root)/\(path)").map { (path, $0) } }

    /// Names in a folder of the repository, sorted; none when it is no folder.
    static func entries(of path: String) -> [String] {
        guard let folder = opendir("\(root)/\(path)") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}
