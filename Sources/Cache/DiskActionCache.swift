/// Results of actions and answers of the go command on disk, by key; a file that cannot be read is a miss.
import Action
import Files
import FoundationEssentials

package struct DiskActionCache: ActionCache {
    let store: Store

    package func result(for key: CacheKey) -> ActionResult? {
        guard let bytes = store.sealedBytes(at: store.place("results", key.text)) else { return nil }
        return try? JSONDecoder().decode(ActionResult.self, from: Data(bytes))
    }

    package func store(_ result: ActionResult, for key: CacheKey) throws(FileError) {
        try store.writeSealed(encoded(result), to: store.place("results", key.text))
    }
}

/// Remembers what was asked of a program that gives the same answer to the same question.
package struct FactCache: Sendable {
    let store: Store

    /// `question` spells out everything that decides the answer.
    package func answer<Answer: Decodable>(to question: String, as type: Answer.Type) -> Answer? {
        guard let bytes = store.sealedBytes(at: place(question)) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    package func remember<Answer: Encodable>(_ answer: Answer, to question: String) throws(FileError) {
        try store.writeSealed(encoded(answer), to: place(question))
    }

    /// The same for an answer that is bytes already.
    package func bytes(to question: String) -> [UInt8]? { store.sealedBytes(at: place(question)) }

    package func remember(bytes: [UInt8], to question: String) throws(FileError) {
        try store.writeSealed(bytes, to: place(question))
    }

    private func place(_ question: String) -> String {
        store.place("facts", Digest(of: Array(question.utf8)).sha256)
    }
}

/// What has no digest for a name carries it in front: a digit that went wrong on disk would still be JSON.
extension Store {
    fileprivate func writeSealed(_ bytes: [UInt8], to place: String) throws(FileError) {
        try write(Array("\(Digest(of: bytes).sha256)\n".utf8) + bytes, to: place)
    }

    /// Nil when there is no file, or not the one that was written.
    fileprivate func sealedBytes(at place: String) -> [UInt8]? {
        guard let sealed = try? readFile(place), sealed.count > 64, sealed[64] == UInt8(ascii: "\n") else { return nil }
        let bytes = Array(sealed[65...])
        return Array(Digest(of: bytes).sha256.utf8) == Array(sealed[..<64]) ? bytes : nil
    }
}

private func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("a value of the store has no JSON form") }
    return Array(data)
}
