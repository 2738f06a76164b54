/// What this process knows of secrets: read once the pipeline file has named them, and from then on masked in all it says.
import Action
import Diagnostics
import Files
import Pipeline
import Plan
import Secrets
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

let knownSecrets = KnownSecrets()

final class KnownSecrets: Sendable {
    private struct State {
        var given = GivenSecrets()
        /// By name.
        var digests: [String: String] = [:]
        /// Why a secret cannot be given, by name.
        var troubles: [String: Diagnostic] = [:]
    }

    private let state = Mutex(State())

    var given: GivenSecrets { state.withLock { $0.given } }
    var mask: SecretMask { given.mask }
    var digests: [String: String] { state.withLock { $0.digests } }

    /// Reads the values. One that is not there is only missed by a run that needs it. A value in the pipeline file itself
    /// is no secret: an error.
    func read(_ pipeline: Pipeline, _ source: SourceText, in workspace: Workspace, _ output: Output) throws {
        guard !pipeline.secrets.isEmpty else { return }
        let salt: [UInt8]
        do {
            salt = try workspace.store.salt()
        } catch {
            throw CommandFailure(.environment, "store/unusable", "the store cannot be used: \(error)", output)
        }
        var known = State()
        var values: [(name: String, value: [UInt8])] = []
        for secret in pipeline.secrets {
            let name = secret.name.value
            switch SecretValue(secret.place, workspace) {
            case .absent(let why, let help):
                known.troubles[name] = source.diagnostic(
                    "secret/missing", at: secret.name.range, "the secret `\(name)` is not there: \(why)", help: help)
            case .unusable(let why, let help):
                known.troubles[name] = source.diagnostic("secret/unusable", at: secret.name.range, "the secret `\(name)` \(why)", help: help)
            case .value(let bytes, let text):
                values.append((name, bytes))
                known.given.texts[name] = text
                if case .file = secret.source { known.given.files.insert(name) }
                known.digests[name] = keyedDigest(of: bytes, key: salt)
            }
            if case .variable = secret.source { blotOutEnvironment(secret.variable) }
        }
        known.given.mask = SecretMask(values)
        let (all, result) = (values, known)
        state.withLock { $0 = result }
        for (name, value) in all {
            guard let place = source.place(of: value) else { continue }
            throw CommandFailure(
                .misuse,
                [
                    source.diagnostic(
                        "secret/in-file", at: place, "the value of the secret `\(name)` stands in the pipeline file",
                        notes: [Diagnostic.Note("who has the repository has it: it is a secret no longer")],
                        help: "change it where it is used, and take it out of the file")
                ], output)
        }
    }

    /// What keeps these actions from being given what they name.
    func troubles(of graph: StepGraph) -> [Diagnostic] {
        let steps = Dictionary(
            graph.actions.flatMap { action in action.secrets.map { ($0, [action.step]) } }) { $0 + $1 }
        return state.withLock { $0.troubles }.filter { steps[$0.key] != nil }.sorted { $0.key < $1.key }.map { name, trouble in
            var trouble = trouble
            let names = Set(steps[name] ?? []).sorted()
            trouble.notes.append(Diagnostic.Note("\(names.joined(separator: ", ")) \(names.count == 1 ? "names" : "name") it"))
            return trouble
        }
    }
}

/// What is found at a place: a variable's name or a path.
private enum SecretValue {
    /// `given` is what a step gets.
    case value([UInt8], given: String)
    case absent(String, help: String)
    case unusable(String, help: String)

    init(_ place: String, _ workspace: Workspace) {
        guard place.hasPrefix("/") || place.hasPrefix("~/") else {
            let text = workspace.environment[place] ?? ""
            self = .judged(Array(text.utf8), given: text, else: "\(place) is not set")
            return
        }
        let path = place.hasPrefix("/") ? place : "\(workspace.environment["HOME"] ?? "")\(place.dropFirst())"
        guard let real = resolved(path) else {
            self = .absent("there is no file \(path)", help: "put its value there")
            return
        }
        if real.hasPrefix("\(workspace.root)/") {
            self = .unusable(
                "is a file of the repository, \(path)", help: "keep it outside, where steps do not take it for an input")
        } else if fileStatus(real)?.size ?? 0 <= longestSecret, let content = try? readFile(real) {
            self = .judged(content, given: real, else: "\(path) is empty")
        } else {
            self = .unusable(
                "cannot be read from \(path)", help: "name a file of at most \(longestSecret / 1024) KiB that you may read")
        }
    }

    private static func judged(_ bytes: [UInt8], given: String, else absence: String) -> SecretValue {
        let length = bytes.count { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        if length == 0 { return .absent(absence, help: "put the value there, where pipeline is started") }
        let help = "take one of \(shortestSecret) bytes to \(longestSecret / 1024) KiB"
        if length < shortestSecret {
            return .unusable("is shorter than \(shortestSecret) characters, so that it cannot be masked", help: help)
        }
        return bytes.count > longestSecret ? .unusable("is too long to be masked", help: help) : .value(bytes, given: given)
    }
}

/// In bytes.
private let longestSecret = 64 * 1024

extension SecretDeclaration {
    fileprivate var place: String {
        switch source {
        case .variable: variable
        case .file(let path): path
        }
    }

    /// For `RunMemory`: nothing that looks like a path.
    var watched: String { "secret:\(place)" }
}

/// What a remembered run has of a secret; another value has another identity.
func secretIdentity(_ watched: String, _ workspace: Workspace) -> String {
    guard let salt = try? workspace.store.salt(),
        case .value(let bytes, _) = SecretValue(String(watched.dropFirst("secret:".utf8.count)), workspace)
    else { return "absent" }
    return keyedDigest(of: bytes, key: salt)
}

/// Links resolved; nil when there is nothing.
private func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

extension SourceText {
    /// Of a value that is long enough to be no word of the format.
    fileprivate func place(of value: [UInt8]) -> SourceRange? {
        guard value.count >= 8 else { return nil }
        let text = String(decoding: value, as: UTF8.self)
        for (index, line) in lines.enumerated() {
            guard let found = line.firstRange(of: text) else { continue }
            let column = line[..<found.lowerBound].unicodeScalars.count
            return SourceRange(line: index + 1, column: column + 1, length: text.unicodeScalars.count)
        }
        return nil
    }
}
