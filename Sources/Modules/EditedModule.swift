/// An unpacked module that is not what it should be: which files, and what to tell the user.
import Files
import Go

package struct EditedModule: Error, Hashable, Sendable {
    package enum Change: String, Hashable, Sendable {
        case changed, added, missing
        /// A link, socket or the like, which no module has.
        case noFile = "no file"
        /// It cannot be read.
        case unreadable
    }

    package var module: ModuleVersion
    package var folder: String
    /// Of the content that is there; nil when it has what no module can have.
    package var hash: String?
    package var expected: ExpectedModule
    /// By name within the module, sorted. Empty when they cannot be told: there is no zip to compare with.
    package var changes: [String: Change]
    /// The zip that it was unpacked from, when that is there and has the very same content.
    package var zip: String?
}

extension EditedModule {
    /// Compares the folder with the zip it came from, by names, sizes and checksums.
    static func changes(
        _ module: ModuleVersion, _ folder: String, _ files: [String], _ zip: ZipListing?
    ) -> [String: Change] {
        guard var rest = zip?.entries else { return [:] }
        var changes: [String: Change] = [:]
        for file in files {
            let packed = rest.removeValue(forKey: "\(module)/\(file)")
            do throws(FileError) {
                if let packed {
                    if try ZipListing.Entry(ofFile: "\(folder)/\(file)") != packed { changes[file] = .changed }
                } else {
                    changes[file] = .added
                }
            } catch {
                changes[file] = .unreadable
            }
        }
        for name in rest.keys { changes[String(name.dropFirst("\(module)/".count))] = .missing }
        return changes
    }
}

extension EditedModule {
    /// One line: what is wrong.
    package var summary: String { "\(module) in the module cache is not what \(expected.source) names" }

    /// All there is to say, one line each; at most ten files.
    package var lines: [String] {
        var lines = ["\(summary)", "  folder   \(folder)"]
        lines.append("  hash     \(hash ?? "none: it has what no module can have")")
        for (index, hash) in expected.hashes.enumerated() {
            lines.append("  \(index == 0 ? "expected" : "or      ") \(hash) (\(expected.source))")
        }
        let listed = changes.sorted { $0.key < $1.key }
        for (name, change) in listed.prefix(10) { lines.append("  \(change.rawValue.padded(8)) \(name)") }
        if listed.count > 10 { lines.append("  and \(listed.count - 10) more files") }
        if let zip { lines.append("  zip      \(zip) has the same content: it was changed too") }
        lines.append("The go command compiles it as it is: it does not check again what it has unpacked once.")
        lines.append("To have it fetched and checked anew: chmod -R u+w \(quoted(folder)) && rm -rf \(remains)")
        return lines
    }

    private var remains: String {
        guard let zip else { return quoted(folder) }
        return [folder, zip, "\(zip)hash"].map(quoted).joined(separator: " ")
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// For a shell.
private func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-@+!~".utf8.contains(byte)
    }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
}
