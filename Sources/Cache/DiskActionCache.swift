/// Results of actions and answers of the go command on disk, by key; a file that cannot be read is a miss.
import Action
import Files
import FoundationEssentials
import Synchronization

package struct DiskActionCache: ActionCache {
    let store: Store

    package func result(for key: CacheKey) -> ActionResult? {
        let place = store.place("results", key.text)
        guard let result = result(at: place), store.noteUse(of: place) else { return nil }
        return result
    }

    package func store(_ result: ActionResult, for key: CacheKey) throws(FileError) {
        let lock = try store.lock(.shared)
        defer { lock.release() }
        try store.writeSealed(encoded(result), to: store.place("results", key.text))
    }

    /// For those whose results are known to be of use without being read.
    package func noteUse(of keys: [CacheKey]) {
        for key in keys { _ = store.noteUse(of: store.place("results", key.text)) }
    }

    /// Without noting a use.
    func result(at place: String) -> ActionResult? {
        store.sealedBytes(at: place).flatMap(ActionResult.init(stored:))
    }
}

extension ActionResult {
    /// Nil when it is no result.
    init?(stored bytes: [UInt8]) {
        guard let result = try? JSONDecoder().decode(ActionResult.self, from: Data(bytes)) else { return nil }
        self = result
    }
}

/// Remembers what was asked of a program that gives the same answer to the same question.
package struct FactCache: Sendable {
    let store: Store
    /// Part of the snapshot of the run that uses them.
    let isCarried: Bool

    /// `question` spells out everything that decides the answer.
    package func answer<Answer: Decodable>(to question: String, as type: Answer.Type) -> Answer? {
        guard let bytes = bytes(to: question) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    package func remember<Answer: Encodable>(_ answer: Answer, to question: String) throws(FileError) {
        try remember(bytes: encoded(answer), to: question)
    }

    /// The same for an answer that is bytes already.
    package func bytes(to question: String) -> [UInt8]? {
        let place = place(question)
        guard let bytes = store.sealedBytes(at: place), store.noteUse(of: place) else { return nil }
        if isCarried { store.factUses.add(baseName(place)) }
        return bytes
    }

    package func remember(bytes: [UInt8], to question: String) throws(FileError) {
        let lock = try store.lock(.shared)
        defer { lock.release() }
        let place = place(question)
        try store.writeSealed(bytes, to: place)
        if isCarried { store.factUses.add(baseName(place)) }
    }

    /// Names of the answers that were of use since the store was opened.
    package var uses: Set<String> { store.factUses.names }

    private func place(_ question: String) -> String {
        store.place("facts", Digest(of: Array(question.utf8)).sha256)
    }
}

/// Which answers this process has used.
final class FactUses: Sendable {
    private let state = Mutex<Set<String>>([])

    func add(_ name: String) { state.withLock { _ = $0.insert(name) } }
    var names: Set<String> { state.withLock { $0 } }
}

private func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("a value of the store has no JSON form") }
    return Array(data)
}
