/// A machine that has run something: a store with results, outputs, records of the go command and modules.
import Action
import Cache
import Files
import TestSupport

/// What was made there, to be looked for elsewhere.
struct Machine {
    let folder: TemporaryFolder
    let store: Store
    static let family = "go1.27.3-linux-amd64-0123456789ab"
    static let module = ArchivedModule(path: "example.com/!upper", version: "v1.0.0", hash: "h1:content")

    init() throws {
        folder = TemporaryFolder()
        store = try Store(root: folder.path)
    }

    /// The same folder, seen by another process.
    var again: Store { get throws { try Store(root: folder.path) } }

    func subject(
        key: String = "key", family: String = Machine.family, repository: String = "example.com/app",
        modules: [ArchivedModule] = [Machine.module]
    ) -> CacheSubject {
        CacheSubject(key: key, family: family, repository: repository, modules: modules)
    }

    /// An action with an output, a log, and two of the go command's own actions behind it.
    func run(_ name: String, key: String = "key", isWhole: Bool = false) throws {
        let output = try store.blobs.put(Machine.output(name))
        let log = try store.blobs.put(Array("log of \(name)\n".utf8))
        var uses: [UInt8] = []
        for number in 0..<2 {
            let body = try store.blobs.put(Machine.body(name, number))
            let action = Machine.action(name, number)
            try store.buildTable(Machine.family).append([
                BuildRecord(
                    action: action, output: Machine.id(body), size: body.size, time: 7, used: 8,
                    signature: FileSignature(inode: 1, modified: 2, changed: 3))
            ])
            uses += action.bytes
        }
        let result = ActionResult(
            action: name, outputs: [.init(path: name, digest: output, isExecutable: true)], log: log,
            elapsedMilliseconds: 5, used: [:], buildUses: [Machine.family: try store.blobs.put(uses)])
        try store.actionCache.store(result, for: Machine.key(name))
        try store.carriedFacts.remember("answer of \(name)", to: "question of \(name)")
        try store.snapshots.record(
            key: key, actions: [name: .init(key: Machine.key(name).text, buildUses: result.buildUses)],
            facts: store.carriedFacts.uses, isWhole: isWhole)
    }

    func download(_ text: String = "zip", hash: String = "h1:content") throws {
        let folder = "\(store.moduleCache)/cache/download/\(Machine.module.path)/@v"
        removeTree(folder)
        try makeFolder(folder)
        for (name, content) in [("info", "{}"), ("mod", "module x"), ("zip", text), ("ziphash", hash), ("lock", "")] {
            try createFile("\(folder)/\(Machine.module.version).\(name)", Array(content.utf8), mode: 0o444)
        }
    }

    /// Whether all that `run` made can be had, unpacked where need be.
    func has(_ name: String) throws -> Bool {
        let store = try again
        guard let result = store.actionCache.result(for: Machine.key(name)), result.action == name,
            store.blobs.contains(result.outputs[0].digest),
            store.blobs.bytes(of: result.outputs[0].digest) == Machine.output(name),
            store.blobs.bytes(of: result.log) == Array("log of \(name)\n".utf8),
            store.facts.answer(to: "question of \(name)", as: String.self) == "answer of \(name)"
        else { return false }
        return (0..<2).allSatisfy { number in
            guard let record = store.buildTable(Machine.family)[Machine.action(name, number)] else { return false }
            return record.time == 7 && store.blobs.bytes(of: record.digest) == Machine.body(name, number)
        }
    }

    var blobFiles: [String] { get throws { try filesBelow("\(store.path)/blobs") } }

    static func key(_ name: String) -> CacheKey { CacheKey(Digest(of: Array("key of \(name)".utf8)).sha256) }
    static func output(_ name: String) -> [UInt8] { [UInt8](repeating: 7, count: 5000) + Array(name.utf8) }
    static func body(_ name: String, _ number: Int) -> [UInt8] { Array("\(name) \(number) ".utf8) + [UInt8](repeating: 1, count: 300) }
    static func action(_ name: String, _ number: Int) -> BuildID { id(Digest(of: Array("\(name) \(number)".utf8))) }
    static func id(_ digest: Digest) -> BuildID {
        let digits = Array(digest.sha256)
        return BuildID(stride(from: 0, to: 64, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! })!
    }
}
