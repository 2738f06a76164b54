/// What stays out of the image's build context; it knows patterns, not the files they match.
///
/// Source of the format: ".dockerignore files" in Docker's documentation on build contexts.
import Go
import Pipeline
import Plan

/// Only what cannot be part of a build: git's own folder, what describes the image, and binaries that were put in the
/// tree. A file that the artifact embeds stays in.
package func emitDockerignore(_ pipeline: Pipeline, _ facts: Facts) -> String {
    var described = ["Dockerfile", ".dockerignore"]
    if let file = pipeline.file { described.append(file) }
    let needed = embeddedFiles(facts)
    let outputs = pipeline.artifacts.compactMap(\.output?.value)
    let blocks = [
        ("# The version is stamped by build arguments: no command reads the history.", [".git"]),
        ("# A change of these changes no source.", described.filter { !needed.contains($0) }),
        ("# Built here, and built again in the image.", outputs.filter { !needed.contains($0) }),
    ]
    return blocks.filter { !$0.1.isEmpty }
        .map { comment, paths in ([comment] + paths.map(pattern)).joined(separator: "\n") + "\n" }
        .joined(separator: "\n")
}

/// Files of the repository that listed packages embed, relative to the root.
private func embeddedFiles(_ facts: Facts) -> Set<String> {
    var files = Set<String>()
    for package in facts.listings.values.joined() where !package.embedFiles.isEmpty {
        let prefix = facts.root + "/"
        for name in package.embedFiles {
            let path = "\(package.dir)/\(name)"
            if path.hasPrefix(prefix) { files.insert(normalized(String(path.dropFirst(prefix.utf8.count)))) }
        }
    }
    return files
}

/// The path itself, where signs of a pattern mean themselves.
private func pattern(_ path: String) -> String {
    var result = ""
    for character in path {
        if "\\*?[".contains(character) { result.append("\\") }
        result.append(character)
    }
    return path.hasPrefix("!") || path.hasPrefix("#") ? "\\\(result)" : result
}
