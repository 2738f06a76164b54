/// Everything that decides an action's result, as lines: hashed they are its key, side by side they explain it.

package struct Manifest: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package enum Field: String, Sendable, Codable, CaseIterable {
            case format, kind, argv, env, directory, tree, verdict, sandbox, fact, input, needs, output, service
        }

        package var field: Field
        package var name: String
        package var value: String
    }

    package var entries: [Entry]

    /// `digest` names the content of an input file, `mode` included; nil for one that is not there. `key` is that of
    /// an action whose output is an input.
    package init(
        of action: Action, digest: (String) -> String?, key: (ActionID) -> CacheKey?
    ) {
        entries = []
        add(.format, "", "1")
        add(.kind, "", action.kind.rawValue)
        for (index, word) in action.argv.enumerated() { add(.argv, "\(index)", word.description) }
        for (name, value) in action.environment.sorted(by: { $0.key < $1.key }) { add(.env, name, value.description) }
        add(.directory, "", action.directory)
        add(.tree, "", "\(action.tree)")
        add(.verdict, "", "\(action.verdict)")
        if let sandbox = action.sandbox { add(.sandbox, "", sandbox.rawValue) }
        for (name, value) in action.facts.sorted(by: { $0.key < $1.key }) { add(.fact, name, value) }
        for path in action.inputs { add(.input, path, digest(path) ?? "absent") }
        for dependency in action.dependencies where dependency.role == .input || dependency.role == .tool {
            add(.needs, dependency.action.text, key(dependency.action)?.text ?? "unknown")
        }
        for output in action.outputs { add(.output, output.path, output.inTree ? "tree" : "folder") }
        for service in action.services {
            for (index, word) in service.argv.enumerated() { add(.service, "\(service.name) argv \(index)", "\(word)") }
            for (name, value) in service.environment.sorted(by: { $0.key < $1.key }) {
                add(.service, "\(service.name) env \(name)", "\(value)")
            }
            switch service.ready {
            case .tcp(let address): add(.service, "\(service.name) ready tcp", "\(address)")
            case .http(let address): add(.service, "\(service.name) ready http", "\(address)")
            case nil: break
            }
        }
    }

    private mutating func add(_ field: Entry.Field, _ name: String, _ value: String) {
        entries.append(Entry(field: field, name: name, value: value))
    }

    package var key: CacheKey { CacheKey(Digest(of: spelling).sha256) }
}

extension Manifest {
    /// A line an entry. Lengths stand before texts, so that no two manifests share a spelling.
    package var spelling: [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            for text in [entry.field.rawValue, entry.name, entry.value] {
                bytes += "\(text.utf8.count):".utf8
                bytes += text.utf8
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Nil when this is no manifest's spelling.
    package init?(spelling: ArraySlice<UInt8>) {
        entries = []
        var rest = spelling
        func text() -> String? {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), colon - rest.startIndex < 19 else { return nil }
            var count = 0
            for byte in rest[..<colon] {
                guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
                count = count * 10 + Int(byte - UInt8(ascii: "0"))
            }
            guard colon > rest.startIndex, rest.endIndex - colon > count else { return nil }
            rest = rest[(colon + 1)...]
            defer { rest = rest.dropFirst(count) }
            return String(validating: rest.prefix(count), as: UTF8.self)
        }
        while !rest.isEmpty {
            guard let field = text().flatMap(Entry.Field.init), let name = text(), let value = text(),
                rest.popFirst() == UInt8(ascii: "\n")
            else { return nil }
            entries.append(Entry(field: field, name: name, value: value))
        }
    }
}

/// SHA-256 of an action's manifest, in hexadecimal.
package struct CacheKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var text: String

    package init(_ text: String) { self.text = text }
    package var description: String { text }
}
