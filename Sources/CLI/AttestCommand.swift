/// `pipeline attest`: what is said of linked programs, written down and signed; and whether what was written holds.
import Action
import ArgumentParser
import Attest
import Diagnostics
import Files
import Image
import Pipeline
import Report
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Write provenance and bills of materials of the artifacts, signed; or check them.",
        discussion: """
            For each artifact and platform: SLSA provenance v1 as an in-toto statement, CycloneDX 1.6 and SPDX 2.3. With
            a key, each also in a signed envelope (DSSE). The same commit gives the same bytes.

            EXAMPLES
              pipeline attest --output build/attest
              pipeline attest server --output build/attest --key env:SIGNING_KEY
              pipeline attest --check build/attest/*.dsse.json --key public.pem
              pipeline attest --check server.provenance.dsse.json --subject ./server --key public.pem
            """)

    @Argument(help: ArgumentHelp("Artifacts, all when none is named; with --check, files.", valueName: "name"))
    var names: [String] = []

    @Option(help: ArgumentHelp("Write there.", valueName: "folder"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Sign with this key, or check with it: a PEM file, or env:NAME. May be given more than once.", valueName: "file|env:name"))
    var key: [String] = []

    @Flag(help: "Check statements and envelopes.")
    var check = false

    @Option(
        help: ArgumentHelp("With --check, what they are about; else the artifacts of this repository.", valueName: "file"))
    var subject: [String] = []

    @Flag(help: "Print one JSON object; see docs/json.md.")
    var json = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var words: OutputOptions

    func validate() throws {
        if check, output != nil { throw ValidationError("--check writes nothing: leave --output out") }
        if check, names.isEmpty { throw ValidationError("--check wants files") }
        if !check, output == nil { throw ValidationError("say where to write: --output FOLDER") }
        if !check, !subject.isEmpty { throw ValidationError("--subject is for --check") }
    }

    func run() async throws {
        let words = words.output(json: json)
        do {
            if check { try await runCheck(words) } else { try await write(words) }
        } catch let error as AttestError {
            throw CommandFailure(.misuse, error.id, error.description, help: error.help, words)
        } catch let error as FileError {
            throw CommandFailure(.environment, "attest/unreadable", "\(error)", words)
        }
    }

    // MARK: - Write

    private func write(_ words: Output) async throws {
        let workspace = try Workspace(place, words)
        // Before anything is built.
        let keys = try key.map { try SigningKey(pem: try keyText($0, workspace, words), named: $0) }
        let folder = workspace.path(output!)
        let wanted = names
        let (prepared, linked) = try await ArtifactSession(workspace: workspace, output: words).link(pipeline: place.pipeline) {
            try $0.pipeline.choose(artifacts: wanted, words)
        }
        let making = AttestationMaking(workspace: workspace, prepared: prepared, keys: keys)
        let inOrder = linked.sorted { ($0.artifact.name.value, "\($0.platform)") < ($1.artifact.name.value, "\($1.platform)") }
        let report = try await onThread {
            try makeFolder(folder)
            return AttestReport(
                subjects: try inOrder.map { linked in
                    let documents = try making.documents(of: linked)
                    for document in documents {
                        guard let secret = knownSecrets.mask.secret(in: document.bytes) else { continue }
                        throw CommandFailure(.red, "attest/holds-secret", "\(document.file) would hold the secret \(secret)", words)
                    }
                    for document in documents { try put(document.bytes, at: "\(folder)/\(document.file)") }
                    return AttestReport.Subject(
                        name: linked.subjectName, digest: "\(linked.digest)", files: documents.map { (kind: $0.kind, path: "\(folder)/\($0.file)") })
                }, keys: keys.map(\.verifying.id))
        }
        words.print(json ? renderAttestJSON(report) : renderAttest(report))
        leave(.green)
    }

    private func keyText(_ name: String, _ workspace: Workspace, _ words: Output) throws -> String {
        guard name.hasPrefix("env:") else {
            return String(decoding: try readFile(workspace.path(name)), as: UTF8.self)
        }
        guard let text = workspace.environment[String(name.dropFirst(4))], !text.isEmpty else {
            throw CommandFailure(.misuse, "attest/no-key", "the variable \(name.dropFirst(4)) is not set", words)
        }
        return text
    }

    // MARK: - Check

    private func runCheck(_ words: Output) async throws {
        let workspace = try Workspace(place, words)
        let keys = try key.map { (name: $0, key: try VerifyingKey(pem: try keyText($0, workspace, words), named: $0)) }
        let statements = try names.map { name in
            (name: name, statement: try ReadStatement(try readFile(workspace.path(name)), named: name))
        }
        let known = try await subjects(of: statements.map(\.statement), workspace, words)
        var findings: [Diagnostic] = []
        for (name, statement) in statements {
            findings += checkSignatures(name, statement, keys)
            findings += checkSubjects(name, statement, known)
        }
        let report = CheckReport(
            statements: statements.map { name, statement in
                let signers = keys.filter { statement.envelope?.isSigned(by: $0.key) == true }.map(\.key.id)
                return CheckReport.Statement(
                    file: name, predicateType: statement.predicateType, subjects: statement.subjects.map { ($0.name, "sha256:\($0.sha256)") },
                    isSigned: statement.envelope != nil, signers: signers)
            }, findings: findings)
        if json {
            words.print(renderCheckJSON(report))
        } else {
            words.print(renderCheck(report))
            words.show(findings)
        }
        leave(findings.hasErrors ? .unrepeatable : .green)
    }

    private func checkSignatures(
        _ name: String, _ statement: ReadStatement, _ keys: [(name: String, key: VerifyingKey)]
    ) -> [Diagnostic] {
        guard let envelope = statement.envelope else {
            guard keys.isEmpty else {
                return [
                    Diagnostic(
                        id: "attest/unsigned", message: "\(name) is a statement without a signature", file: name,
                        help: "check the envelope, which ends in .dsse.json")
                ]
            }
            return [Diagnostic(id: "attest/unsigned", severity: .warning, message: "\(name) is not signed: anybody may have written it", file: name)]
        }
        guard !keys.isEmpty else {
            return [
                Diagnostic(
                    id: "attest/unchecked", severity: .warning, message: "the signature of \(name) is not checked: no --key says whose it must be",
                    file: name)
            ]
        }
        return keys.filter { !envelope.isSigned(by: $0.key) }.map { key in
            let claimed = envelope.signatures.contains { $0.keyID == key.key.id }
            return Diagnostic(
                id: claimed ? "attest/bad-signature" : "attest/other-key",
                message: claimed
                    ? "\(name) bears a signature by the key of \(key.name) that does not fit what it says: one of the two was changed"
                    : "\(name) is not signed by the key of \(key.name)",
                file: name,
                notes: [Diagnostic.Note("the key is \(key.key.id)")]
                    + envelope.signatures.map { Diagnostic.Note("signed by \($0.keyID.isEmpty ? "somebody who does not say" : $0.keyID)") })
        }
    }

    /// SHA-256 by name; of files that were given, the name is theirs.
    private struct Known {
        var digests: [(name: String, sha256: String)]
        var areFiles: Bool
    }

    private func checkSubjects(_ name: String, _ statement: ReadStatement, _ known: Known) -> [Diagnostic] {
        if known.areFiles {
            return known.digests.filter { file in !statement.subjects.contains { $0.sha256 == file.sha256 } }.map { file in
                Diagnostic(
                    id: "attest/other-digest", message: "\(name) is not about \(file.name)", file: name,
                    notes: [Diagnostic.Note("\(file.name): sha256:\(file.sha256)")]
                        + statement.subjects.map { Diagnostic.Note("the statement: \($0.name), sha256:\($0.sha256)") })
            }
        }
        return statement.subjects.compactMap { subject in
            guard let mine = known.digests.first(where: { $0.name == subject.name }) else {
                return Diagnostic(
                    id: "attest/unknown-subject", message: "\(name) is about \(subject.name), which no artifact here is", file: name,
                    help: "name the file that it is about: --subject FILE")
            }
            guard mine.sha256 != subject.sha256 else { return nil }
            return Diagnostic(
                id: "attest/other-digest", message: "\(subject.name) is not what \(name) says", file: name,
                notes: [Diagnostic.Note("linked here: sha256:\(mine.sha256)"), Diagnostic.Note("the statement: sha256:\(subject.sha256)")],
                help: "`pipeline verify` says what two binaries differ in")
        }
    }

    private func subjects(of statements: [ReadStatement], _ workspace: Workspace, _ words: Output) async throws -> Known {
        if !subject.isEmpty {
            return Known(digests: try subject.map { ($0, try Digest(ofFile: workspace.path($0)).sha256) }, areFiles: true)
        }
        let names = Set(statements.flatMap { $0.subjects.map(\.name) })
        let (_, linked) = try await ArtifactSession(workspace: workspace, output: words).link(pipeline: place.pipeline) { prepared in
            prepared.pipeline.artifacts.filter { artifact in
                let platforms = artifact.platforms.isEmpty ? [prepared.facts.host] : artifact.platforms.map(\.value)
                return platforms.contains { names.contains(subjectName(artifact.name.value, $0)) }
            }
        }
        return Known(digests: linked.map { ($0.subjectName, $0.digest.sha256) }, areFiles: false)
    }
}

extension ArtifactSession.Linked {
    /// What statements call it.
    var subjectName: String { CLI.subjectName(artifact.name.value, platform) }
}

/// `server-linux-amd64`.
func subjectName(_ artifact: String, _ platform: Platform) -> String {
    "\(artifact)-\(platform.os)-\(platform.architecture)"
}

/// Whole or not at all, in the place of what is there.
private func put(_ bytes: [UInt8], at path: String) throws(FileError) {
    let beside = "\(path).\(uniqueName())"
    try createFile(beside, bytes, mode: 0o644)
    guard rename(beside, path) == 0 else { throw FileError(operation: "rename to", path: path) }
}
