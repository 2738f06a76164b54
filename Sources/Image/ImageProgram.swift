/// Finds the program that an image starts, in its layers; it knows neither registries nor where layers come from.
///
/// Source of the rules: OCI image specification 1.1, "Image Layer Filesystem Changeset", "Whiteouts".
import Action
import Deflate

package struct ImageProgram: Sendable {
    /// Absolute, in the image.
    package var path: String
    package var bytes: [UInt8]
}

/// The program that `image` starts, else the one file that is called `name`. `content` fetches a layer.
package func findProgram(
    of image: BaseImage, named name: String, content: (ContentDescriptor) throws -> [UInt8]
) throws -> ImageProgram {
    let config = image.config["config"]
    let started = (config?["Entrypoint"]?.list ?? []) + (config?["Cmd"]?.list ?? [])
    var wanted: [String] = []
    if let first = started.first?.text {
        wanted.append(plainPath(first.hasPrefix("/") ? first : "\(config?["WorkingDir"]?.text ?? "")/\(first)"))
        if !first.contains("/") { wanted += ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"].map { "\($0)/\(first)" } }
    }
    var files = ImageFiles()
    for layer in image.layers { try files.add(content(layer), layer) }
    for path in wanted {
        if let bytes = files.bytes(at: path) { return ImageProgram(path: "/\(path)", bytes: bytes) }
    }
    let named = files.paths.filter { $0.split(separator: "/").last.map(String.init) == name }.sorted()
    if named.count == 1, let bytes = files.bytes(at: named[0]) { return ImageProgram(path: "/\(named[0])", bytes: bytes) }
    throw ImageError(
        "image/no-program",
        "the image \(image.name) has no program to compare: "
            + (wanted.isEmpty ? "it starts nothing" : "there is no /\(wanted[0]) in it") + ", and \(named.count) files are called \(name)",
        help: "take the file out of the image, and name it")
}

/// The files of all layers, one upon the other.
private struct ImageFiles {
    private enum Entry {
        case file(layer: Int, Range<Int>)
        case link(String)
        case folder
    }

    private var layers: [[UInt8]] = []
    private var entries: [String: Entry] = [:]

    var paths: [String] { entries.compactMap { if case .file = $0.value { $0.key } else { nil } } }

    mutating func add(_ blob: [UInt8], _ descriptor: ContentDescriptor) throws {
        let archive: [UInt8]
        if blob.starts(with: [0x1F, 0x8B]) {
            guard let plain = gunzip(blob, limit: largestLayer) else {
                throw ImageError("image/damaged-layer", "the layer \(descriptor.digest) is no gzip file, or is larger than \(largestLayer) bytes")
            }
            archive = plain
        } else {
            archive = blob
        }
        guard let members = readTar(archive) else {
            throw ImageError(
                "image/unknown-layer", "the layer \(descriptor.digest) is no tar archive that can be read here: \(descriptor.mediaType)",
                help: "layers of gzip and plain tar can be read; take the file out of the image, and name it")
        }
        layers.append(archive)
        for member in members {
            let name = member.path.split(separator: "/").last.map(String.init) ?? ""
            let folder = member.path.dropLast(name.count)
            if name == ".wh..wh..opq" {
                entries = entries.filter { !$0.key.hasPrefix(folder) }
            } else if name.hasPrefix(".wh.") {
                let gone = folder + name.dropFirst(4)
                entries = entries.filter { $0.key != gone && !$0.key.hasPrefix("\(gone)/") }
            }
        }
        for member in members {
            switch member.kind {
            case .file: entries[member.path] = .file(layer: layers.count - 1, member.content)
            case .folder: entries[member.path] = .folder
            case .symbolicLink(let target): entries[member.path] = .link(target)
            case .hardLink(let target): entries[member.path] = entries[target] ?? .folder
            case .other: break
            }
        }
    }

    /// Links are followed, in folders on the way too.
    func bytes(at path: String) -> [UInt8]? {
        var rest = path.split(separator: "/").map(String.init)
        var here: [String] = []
        var steps = 0
        while !rest.isEmpty, steps < 200 {
            steps += 1
            let name = rest.removeFirst()
            if name == ".." {
                _ = here.popLast()
                continue
            }
            here.append(name)
            guard case .link(let target) = entries[here.joined(separator: "/")] else { continue }
            here.removeLast()
            if target.hasPrefix("/") { here = [] }
            rest = target.split(separator: "/").filter { $0 != "." }.map(String.init) + rest
        }
        guard rest.isEmpty, case .file(let layer, let range) = entries[here.joined(separator: "/")] else { return nil }
        return Array(layers[layer][range])
    }
}

/// In bytes: above what images of Go programs have in one layer.
private let largestLayer = 4 << 30
