/// The documents about one linked program, from the plan, the commit and the program itself; it writes no file.
import Action
import Attest
import Diagnostics
import Files
import Git
import Go
import Image
import Pipeline
import Plan

struct AttestationMaking: Sendable {
    struct Document: Sendable {
        /// `provenance`, `cyclonedx` or `spdx`, signed ones with `.dsse` behind.
        var kind: String
        var file: String
        var bytes: [UInt8]
    }

    let workspace: Workspace
    let prepared: Prepared
    let keys: [SigningKey]

    /// Provenance, and bills of materials if the program says what it is made of; with keys each in an envelope too.
    func documents(of linked: ArtifactSession.Linked) throws -> [Document] {
        let (name, subject) = (linked.subjectName, [(name: linked.subjectName, digest: linked.digest)])
        let build = GoBuildInfo(program: try readFile(linked.program))
        let repository = try? workspace.gitRepository()
        let commit = try? repository?.head()
        let isDirty = (try? repository.map { try $0.isDirty() || $0.hasUntracked() }) ?? false
        var documents: [Document] = []
        func add(_ kind: String, _ suffix: String, _ document: ImageJSON, _ statement: ImageJSON) throws {
            documents.append(Document(kind: kind, file: "\(name).\(suffix).json", bytes: document.bytes + [UInt8(ascii: "\n")]))
            guard !keys.isEmpty else { return }
            let envelope = try Envelope(statement: statement, keys: keys)
            documents.append(
                Document(kind: "\(kind).dsse", file: "\(name).\(suffix).dsse.json", bytes: envelope.json.bytes + [UInt8(ascii: "\n")]))
        }
        let provenance = provenance(of: linked, build, commit.map { ($0.id, isDirty) }).statement
        try add("provenance", "provenance", provenance, provenance)
        guard let build else { return documents }
        // No clock is looked at: a bill is as old as its commit.
        let time = Int(commit?.time ?? 0)
        let cyclone = cycloneDX(of: name, digest: linked.digest, build, creator: version, time: time)
        try add("cyclonedx", "cdx", cyclone, inTotoStatement(of: subject, cycloneDXPredicate, cyclone))
        let spdx = billOfMaterials(of: name, digest: linked.digest, build, creator: "pipeline-\(version)", time: time)
        try add("spdx", "spdx", spdx, inTotoStatement(of: subject, spdxPredicate, spdx))
        return documents
    }

    private func provenance(
        of linked: ArtifactSession.Linked, _ build: GoBuildInfo?, _ commit: (id: String, isDirty: Bool)?
    ) -> Provenance {
        let (artifact, action) = (linked.artifact, prepared.graph[linked.action])
        var provenance = Provenance(
            subjects: [(linked.subjectName, linked.digest)], buildType: "urn:pipeline:artifact:1",
            parameters: [
                "artifact": .string(artifact.name.value), "platform": .string("\(linked.platform)"),
                "package": .string(artifact.package.value), "dir": .string(artifact.directory), "cgo": .boolean(artifact.cgo),
                "tags": .array(artifact.tags.map(ImageJSON.string)),
                "env": .texts(Dictionary(artifact.env.map { ($0.name.value, $0.value.source) }) { $1 }),
            ], materials: materials(commit), builder: "pipeline:\(version)")
        if let flags = artifact.ldflags { provenance.parameters["ldflags"] = .string(flags.source) }
        if let file = prepared.pipeline.file { provenance.parameters["pipeline"] = .string(file) }
        // Symbolic: no path of this machine is in it.
        provenance.settings["command"] = .array(action.argv.map { .string($0.description) })
        if let build { provenance.settings["go"] = .texts(build.settings) }
        return provenance
    }

    private func materials(_ commit: (id: String, isDirty: Bool)?) -> [Provenance.Material] {
        let (facts, pipeline) = (prepared.facts, prepared.pipeline)
        var materials: [Provenance.Material] = []
        if let commit {
            var source = Provenance.Material.commit(commit.id, isDirty: commit.isDirty)
            source.annotations["tree"] = commit.isDirty ? "dirty" : "clean"
            materials.append(source)
        }
        materials.append(.go("go\(facts.toolchain.version)"))
        let names = Set(["go.mod", "go.sum", "go.work", "go.work.sum"])
        let files = facts.files.filter { names.contains(baseName($0)) && !$0.split(separator: "/").contains("testdata") }
        let wanted = ([pipeline.file, facts.files.contains(facts.lockFile) ? facts.lockFile : nil].compactMap(\.self) + files)
        for path in Set(wanted).sorted() {
            if let digest = try? Digest(ofFile: "\(workspace.root)/\(path)") { materials.append(.file(path, digest)) }
        }
        for tool in pipeline.pinnedTools(facts).sorted(by: { ($0.name, $0.package) < ($1.name, $1.package) }) {
            guard let version = tool.version else { continue }
            var material = Provenance.Material(name: "tool \(tool.name)", uri: "pkg:golang/\(tool.package)@\(version)")
            if let module = facts.toolModules["\(tool.package)@\(version)"] { material.annotations["go.sum"] = .string(module.hash) }
            materials.append(material)
        }
        for binary in pipeline.binaries.sorted(by: { $0.name.value < $1.name.value }) {
            guard let download = binary.downloads.first(where: { $0.platform.value == facts.host }) else { continue }
            materials.append(Provenance.Material(name: "tool \(binary.name.value)", digest: ["sha256": download.sha256]))
        }
        return materials
    }
}
