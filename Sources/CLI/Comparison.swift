/// Two binaries of one artifact side by side, with what the two checkouts say of them; it builds nothing.
import Action
import Diagnostics
import Files
import Go
import Pipeline
import Plan
import Report
import Verify

struct Comparison: Sendable {
    let workspace: Workspace
    let prepared: Prepared
    /// Where the second build was made; nil when it was made by others.
    var checkout: OtherCheckout?
    /// Files that were made anew with another content, and the step that did.
    var generated: [String: String] = [:]

    /// With a file that the second build made.
    func compare(_ linked: ArtifactSession.Linked, _ path: String) throws -> VerifyReport.Binary {
        let second = ComparedBinary(
            name: "elsewhere", bytes: try readFile(path), folders: checkout.map { folders($0.root, $0.store.path) } ?? [],
            values: values(linked, root: checkout?.root ?? ""))
        return try compare(linked, second, BuildEvidence(sources: sources(of: linked), clocks: clocks(of: linked)))
    }

    func compare(
        _ linked: ArtifactSession.Linked, _ second: ComparedBinary, _ evidence: BuildEvidence
    ) throws -> VerifyReport.Binary {
        let first = ComparedBinary(
            name: "here", bytes: try readFile(linked.program), folders: folders(workspace.root, workspace.store.path),
            values: values(linked, root: workspace.root))
        let digests = (Digest(of: first.bytes), Digest(of: second.bytes))
        var causes = compareBinaries(first, second, evidence).map { $0.diagnostic(first.name, second.name) }
        var status = digests.0 == digests.1 ? VerifyReport.Status.equal : .different
        if status == .equal, let build = first.build, build.settings["vcs.modified"] == "true" {
            status = .unrepeatable
            causes = [
                Diagnostic(
                    id: "verify/dirty-stamp", message: "the binary is stamped vcs.modified=true (-buildvcs): no commit has what it was built in",
                    notes: [Diagnostic.Note("it can be built again from this work tree alone; vcs.revision=\(build.settings["vcs.revision"] ?? "")")],
                    help: "commit or remove what is changed and untracked, or leave -buildvcs=true out of GOFLAGS")
            ]
        }
        return VerifyReport.Binary(
            artifact: linked.artifact.name.value, platform: "\(linked.platform)", status: status, first: "\(digests.0)",
            second: "\(digests.1)", causes: causes)
    }

    /// Where sources, modules and scratch trees are; not the store's own folder, in which the other checkout lies.
    private func folders(_ root: String, _ store: String) -> [String] {
        [root, "\(store)/go/modules", "\(store)/trees", "\(store)/home"]
    }

    private func values(_ linked: ArtifactSession.Linked, root: String) -> [LinkerValue] {
        let words = prepared.graph[linked.action].argv
        guard let place = words.firstIndex(where: { $0.description == "-ldflags" }), place + 1 < words.count else { return [] }
        let flags = words[place + 1].resolved { place in
            switch place {
            case .root, .repository: root
            default: "${\(place)}"
            }
        }
        return linkerValues(in: flags)
    }

    // MARK: - Files

    /// Files that go into the artifact and are not the same in both checkouts.
    private func sources(of linked: ArtifactSession.Linked) -> [SourceDifference] {
        guard let checkout else { return [] }
        let inputs = Set(prepared.graph[linked.action].inputs)
        let folders = Set(inputs.map(parentFolder))
        // A generator may have made one that was not there.
        let new = generated.keys.filter { !inputs.contains($0) && folders.contains(parentFolder(of: $0)) && $0.hasSuffix(".go") }
        let embedded = embeddedFiles
        return (inputs.union(new)).sorted().compactMap { path in
            let (a, b) = (try? readFile("\(workspace.root)/\(path)"), try? readFile("\(checkout.root)/\(path)"))
            guard a != b else { return nil }
            let lines = firstDifference(a ?? [], b ?? [])
            let isPlaced = lines.map { lines in
                lines.first.contains(workspace.root) || lines.first.contains(workspace.store.path) || lines.second.contains(checkout.base)
            } ?? false
            let isTimed = lines.map { isTime($0.first) || isTime($0.second) } ?? false
            return SourceDifference(
                path: path, role: embedded.contains(path) ? .embedded : .source, step: generated[path],
                reason: isPlaced ? .folder : isTimed ? .time : .unknown, lines: lines)
        }
    }

    private var embeddedFiles: Set<String> {
        var found: Set<String> = []
        for package in prepared.facts.listings.values.joined() {
            guard let folder = relative(package.dir) else { continue }
            for file in package.embedFiles { found.insert(join(folder, file)) }
        }
        return found
    }

    /// C and Go files with C in them that ask for the time of compilation.
    private func clocks(of linked: ArtifactSession.Linked) -> [ClockSource] {
        guard linked.artifact.cgo else { return [] }
        var paths: Set<String> = []
        for package in prepared.facts.listings.values.joined() where !package.standard && !package.dir.isEmpty {
            for file in package.files(of: [.cgo, .c, .cxx, .m, .h, .f, .s]) { paths.insert("\(package.dir)/\(file)") }
        }
        return paths.sorted().compactMap { path in
            guard let bytes = try? readFile(path) else { return nil }
            let text = String(decoding: bytes, as: UTF8.self)
            let macros = ["__DATE__", "__TIME__", "__TIMESTAMP__"].filter { text.contains($0) }
            guard !macros.isEmpty else { return nil }
            return ClockSource(path: relative(parentFolder(of: path)).map { join($0, baseName(path)) } ?? path, macros: macros)
        }
    }

    /// Nil when it is not in the repository.
    private func relative(_ folder: String) -> String? {
        if folder == workspace.root { return "." }
        return folder.hasPrefix("\(workspace.root)/") ? String(folder.dropFirst(workspace.root.utf8.count + 1)) : nil
    }

    private func firstDifference(_ a: [UInt8], _ b: [UInt8]) -> (first: String, second: String)? {
        guard let one = String(validating: a, as: UTF8.self), let other = String(validating: b, as: UTF8.self) else { return nil }
        let lines = (one.split(separator: "\n", omittingEmptySubsequences: false), other.split(separator: "\n", omittingEmptySubsequences: false))
        for (left, right) in zip(lines.0, lines.1) where left != right { return (String(left), String(right)) }
        return nil
    }
}
