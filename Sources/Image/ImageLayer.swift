/// The files that an image adds to its base, as a layer; it knows neither where they come from nor registries.
///
/// Source of the format: OCI image specification 1.1, "Image Layer Filesystem Changeset".
import Action
import Deflate
import Files

package struct LayerFile: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case bytes([UInt8])
        /// The file of this machine that has the content.
        case file(String, Digest)
        case folder
        case link(String)
    }

    /// Absolute, in the image.
    package var path: String
    package var content: Content
    package var mode: Int
    package var user: Int
    package var group: Int

    package init(_ path: String, _ content: Content, mode: Int, user: Int = 0, group: Int = 0) {
        self.path = path
        self.content = content
        self.mode = mode
        self.user = user
        self.group = group
    }
}

/// Layers are made once: whoever remembers what was made gives it back here.
package protocol LayerMemory: Sendable {
    /// Nil when nothing is remembered, or its content is lost.
    func layer(for recipe: String) -> ImageLayer?
    func remember(_ layer: ImageLayer, for recipe: String)
}

package struct ImageLayer: Sendable, Hashable {
    /// Of the compressed layer.
    package var descriptor: ContentDescriptor
    /// Of the tar archive itself.
    package var diffID: Digest
    /// How it came to be, for people.
    package var origin: String

    package init(descriptor: ContentDescriptor, diffID: Digest, origin: String) {
        self.descriptor = descriptor
        self.diffID = diffID
        self.origin = origin
    }
}

/// Folders on the way are there too where the base has none, which is with `scratch`; owned by root, as everything that
/// does not say otherwise. `time` is in seconds since 1970. The content goes into `blobs`.
package func makeLayer(
    _ files: [LayerFile], origin: String, time: Int, onScratch: Bool, into blobs: any BlobStore, memory: (any LayerMemory)?
) throws(FileError) -> ImageLayer {
    let files = (files + (onScratch ? parents(of: files) : [])).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let recipe = layerRecipe(files, time)
    if var known = memory?.layer(for: recipe) {
        known.origin = origin
        return known
    }
    let tar = try layerArchive(files, time)
    let compressed = gzip(tar)
    let digest = try blobs.put(compressed)
    let layer = ImageLayer(
        descriptor: ContentDescriptor(mediaType: MediaType.layer, digest: digest), diffID: Digest(of: tar), origin: origin)
    memory?.remember(layer, for: recipe)
    return layer
}

/// Spells out everything that decides the bytes.
private func layerRecipe(_ files: [LayerFile], _ time: Int) -> String {
    let lines = files.map { file in
        let content =
            switch file.content {
            case .bytes(let bytes): "\(Digest(of: bytes).sha256)"
            case .file(_, let digest): "\(digest.sha256)"
            case .folder: "folder"
            case .link(let target): "link \(target.utf8.count) \(target)"
            }
        return "\(file.path.utf8.count):\(file.path) \(file.mode) \(file.user) \(file.group) \(content)"
    }
    return (["image layer 1", "\(time)"] + lines).joined(separator: "\n")
}

private func parents(of files: [LayerFile]) -> [LayerFile] {
    var known = Set(files.map(\.path))
    var folders: [LayerFile] = []
    for file in files {
        var folder = parentFolder(of: file.path)
        while folder != "/", known.insert(folder).inserted {
            folders.append(LayerFile(folder, .folder, mode: 0o755))
            folder = parentFolder(of: folder)
        }
    }
    return folders
}

private func layerArchive(_ files: [LayerFile], _ time: Int) throws(FileError) -> [UInt8] {
    var tar: [UInt8] = []
    for file in files {
        var entry = TarEntry(
            String(file.path.dropFirst()), .folder, mode: file.mode, user: file.user, group: file.group, time: time)
        switch file.content {
        case .folder: tar += tarHeader(entry)
        case .link(let target):
            entry.kind = .link(target)
            tar += tarHeader(entry)
        case .bytes(let bytes): append(bytes, entry, to: &tar)
        case .file(let path, let digest):
            let bytes = try readFile(path)
            // Between being built and being packed nothing may change it.
            guard Digest(of: bytes) == digest else { throw FileError(operation: "find the content of", path: path, code: 5) }
            append(bytes, entry, to: &tar)
        }
    }
    return tar + tarEnd
}

private func append(_ bytes: [UInt8], _ entry: TarEntry, to tar: inout [UInt8]) {
    var entry = entry
    entry.kind = .file(size: bytes.count)
    tar += tarHeader(entry)
    tar += bytes
    tar += tarPadding(bytes.count)
}
