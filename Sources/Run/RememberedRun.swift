/// A run in which everything was known, as the bytes that are kept of it, so that the next one like it need not plan.
import Action

package struct RememberedRun: Sendable {
    /// A file beside the work tree that the plan or its outputs depend on, and what told that it was the same.
    package struct Watched: Hashable, Sendable {
        package var path: String
        package var identity: String

        package init(path: String, identity: String) {
            self.path = path
            self.identity = identity
        }
    }

    /// Of the work tree, by content.
    package var fingerprint: String
    /// When it was planned, in seconds since 1970.
    package var time: Int
    package var watched: [Watched]
    package var start: RunStart
    /// Green, all of them; their logs are not kept.
    package var outcomes: [ActionOutcome]

    package init(fingerprint: String, time: Int, watched: [Watched], start: RunStart, outcomes: [ActionOutcome]) {
        self.fingerprint = fingerprint
        self.time = time
        self.watched = watched
        self.start = start
        self.outcomes = outcomes
    }
}

extension RememberedRun {
    package var bytes: [UInt8] {
        var writer = Writer()
        writer.add("remembered run 1")
        writer.add(fingerprint)
        writer.add(time)
        writer.add(watched.count)
        for file in watched {
            writer.add(file.path)
            writer.add(file.identity)
        }
        writer.add(start.pipeline)
        writer.add(start.file.map { "=\($0)" } ?? "")
        writer.add(start.toolchain)
        writer.add(start.total)
        writer.add(start.jobs)
        writer.add(outcomes.count)
        for outcome in outcomes {
            writer.add(outcome.action.id.text)
            writer.add(outcome.action.step)
            writer.add(outcome.action.kind.rawValue)
            writer.add(outcome.action.title)
            // Of one that ran just now: what it will save next time.
            writer.add((outcome.cached ? outcome.saved : outcome.elapsed).wholeMilliseconds)
            writer.add(outcome.key?.text ?? "")
            writer.add(outcome.outputs.count)
            for output in outcome.outputs {
                writer.add(output.name)
                writer.add(output.digest.sha256)
                writer.add(output.digest.size)
                writer.add(output.path)
            }
        }
        return writer.bytes
    }

    /// Nil when the bytes are of another form.
    package init?(_ bytes: [UInt8]) {
        let found = bytes.withUnsafeBytes { bytes -> RememberedRun? in
            var reader = Reader(bytes: bytes)
            return try? RememberedRun(&reader)
        }
        guard let found else { return nil }
        self = found
    }

    private init(_ reader: inout Reader) throws {
        guard try reader.text() == "remembered run 1" else { throw Malformed() }
        fingerprint = try reader.text()
        time = try reader.number()
        watched = try reader.list { reader in Watched(path: try reader.text(), identity: try reader.text()) }
        let (pipeline, file, toolchain) = (try reader.text(), try reader.text(), try reader.text())
        start = RunStart(
            pipeline: pipeline, file: file.isEmpty ? nil : String(file.dropFirst()), toolchain: toolchain,
            total: try reader.number(), jobs: try reader.number())
        outcomes = try reader.list { reader in
            let (id, step) = (try reader.text(), try reader.text())
            guard let kind = ActionKind(rawValue: try reader.text()) else { throw Malformed() }
            let title = try reader.text()
            let saved = try reader.number()
            let key = try reader.text()
            let outputs = try reader.list { reader in
                ProducedArtifact(
                    name: try reader.text(), digest: Digest(sha256: try reader.text(), size: try reader.number()),
                    path: try reader.text())
            }
            return ActionOutcome(
                action: ActionReference(id: ActionID(id), step: step, kind: kind, title: title), status: .green,
                cached: true, saved: .milliseconds(saved), key: key.isEmpty ? nil : CacheKey(key),
                reason: "known from an earlier run", outputs: outputs)
        }
    }
}

private struct Malformed: Error {}

/// Numbers as eight bytes, texts and lists with their counts in front.
private struct Writer {
    var bytes: [UInt8] = []

    mutating func add(_ number: Int) { withUnsafeBytes(of: Int64(number).littleEndian) { bytes.append(contentsOf: $0) } }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
}

private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    mutating func number() throws -> Int {
        guard offset + 8 <= bytes.count else { throw Malformed() }
        defer { offset += 8 }
        return Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
    }

    mutating func text() throws -> String {
        let count = try number()
        guard count >= 0, count <= bytes.count - offset else { throw Malformed() }
        defer { offset += count }
        return String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
    }

    mutating func list<Element>(_ element: (inout Reader) throws -> Element) throws -> [Element] {
        let count = try number()
        // An element takes eight bytes at least.
        guard count >= 0, count <= (bytes.count - offset) / 8 else { throw Malformed() }
        var list: [Element] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try element(&self)) }
        return list
    }
}
