/// Puts an image on disk in the forms that other tools read: a folder, an archive of it, Docker's archive.
///
/// Source of the formats: OCI image specification 1.1, "Image Layout"; `docker save`, as Docker 20 and later read it.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package enum ImageForm: String, Sendable, CaseIterable {
    case directory = "oci-dir"
    case archive = "oci-archive"
    case dockerArchive = "docker-archive"
}

/// Writes it beside `path` and moves it there whole. What is there is replaced if it is of the same form. `name` is what
/// the image is called in there: a tag, and for Docker `NAME:TAG`. `time` is that of an archive's entries.
package func writeImage(
    _ bundle: ImageBundle, as form: ImageForm, to path: String, name: String, time: Int
) throws {
    let beside = "\(path).\(uniqueName())"
    defer { removeTree(beside) }
    let files = try form == .dockerArchive ? dockerFiles(bundle, name) : layoutFiles(bundle, name)
    switch form {
    case .directory:
        let present = fileStatus(path)
        guard present == nil || fileStatus("\(path)/oci-layout") != nil || names(in: path)?.isEmpty == true else {
            throw ImageError(
                "image/in-the-way", "\(path) is there, and is no OCI layout",
                help: "name a folder that does not exist, or remove it")
        }
        for file in files {
            try makeFolder(parentFolder(of: "\(beside)/\(file.path)"))
            try createFile("\(beside)/\(file.path)", file.content(bundle), mode: 0o644)
        }
        if present != nil { removeTree(path) }
    case .archive, .dockerArchive:
        try makeFolder(parentFolder(of: beside))
        try writeArchive(files, bundle, to: beside, time)
    }
    guard rename(beside, path) == 0 else { throw FileError(operation: "rename to", path: path) }
}

private struct LayoutFile {
    enum Source {
        case bytes([UInt8])
        case part(ContentDescriptor)
    }

    var path: String
    var source: Source

    func content(_ bundle: ImageBundle) throws -> [UInt8] {
        switch source {
        case .bytes(let bytes): bytes
        case .part(let descriptor): try bundle.content(descriptor)
        }
    }

}

private func blobPath(_ descriptor: ContentDescriptor) -> String { "blobs/sha256/\(descriptor.digest.sha256)" }

private func layoutFiles(_ bundle: ImageBundle, _ name: String) -> [LayoutFile] {
    var root = bundle.root
    root.annotations["org.opencontainers.image.ref.name"] = name
    // Without a name, so that the one image with a name is the image.
    let entries = [root] + bundle.referrers.map(\.manifest)
    let index: ImageJSON = [
        "schemaVersion": 2, "mediaType": .string(MediaType.index), "manifests": .array(entries.map(\.json)),
    ]
    let blobs = (bundle.parts + bundle.manifests).map { LayoutFile(path: blobPath($0), source: .part($0)) }
    return [
        LayoutFile(path: "oci-layout", source: .bytes((["imageLayoutVersion": "1.0.0"] as ImageJSON).bytes)),
        LayoutFile(path: "index.json", source: .bytes(index.bytes)),
    ] + blobs.sorted { $0.path < $1.path }
}

/// Docker's archive has one image.
private func dockerFiles(_ bundle: ImageBundle, _ name: String) throws -> [LayoutFile] {
    guard bundle.images.count == 1, let image = bundle.images.first else {
        throw ImageError(
            "image/one-platform", "a docker-archive holds the image of one platform, and this one has \(bundle.images.count)",
            help: "say which: --platforms \(bundle.images[0].platform)")
    }
    let layers = image.layers.map { LayoutFile(path: "\($0.digest.sha256).tar.gz", source: .part($0)) }
    let config = LayoutFile(path: "\(image.config.digest.sha256).json", source: .part(image.config))
    let manifest: ImageJSON = [
        [
            "Config": .string(config.path), "RepoTags": [.string(name)],
            "Layers": .array(layers.map { .string($0.path) }),
        ]
    ]
    var seen = Set<String>()
    return [LayoutFile(path: "manifest.json", source: .bytes(manifest.bytes)), config]
        + layers.filter { seen.insert($0.path).inserted }.sorted { $0.path < $1.path }
}

private func writeArchive(_ files: [LayoutFile], _ bundle: ImageBundle, to path: String, _ time: Int) throws {
    // `createFile` speaks of files alone; what a content has to say is carried past it.
    var failure: (any Error)?
    do throws(FileError) {
        try createFile(path, mode: 0o644) { (write) throws(FileError) in
            func put(_ bytes: [UInt8]) throws(FileError) {
                var refusal: FileError?
                bytes.withUnsafeBytes { piece in
                    do throws(FileError) { try write(piece) } catch { refusal = error }
                }
                if let refusal { throw refusal }
            }
            for folder in ["blobs", "blobs/sha256"] where files.contains(where: { $0.path.hasPrefix(folder + "/") }) {
                try put(tarHeader(TarEntry(folder, .folder, mode: 0o755, time: time)))
            }
            for file in files {
                let content: [UInt8]
                do {
                    content = try file.content(bundle)
                } catch let error {
                    failure = error
                    throw FileError(operation: "write", path: path)
                }
                try put(tarHeader(TarEntry(file.path, .file(size: content.count), mode: 0o644, time: time)))
                try put(content)
                try put(tarPadding(content.count))
            }
            try put(tarEnd)
        }
    } catch {
        throw failure ?? error
    }
}
