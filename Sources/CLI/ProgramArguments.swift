/// `--url`, `--sha256` and `--path` of `tool add` and `tool update`: programs that are no Go modules, by platform.
import ArgumentParser
import Diagnostics
import Pipeline
import Tools

struct ProgramArguments: ParsableArguments {
    @Option(help: ArgumentHelp(
        "Of a program that is no Go module: where it is fetched. {os} and {arch} stand for the platform's.",
        valueName: "[os/arch=]url"))
    var url: [String] = []

    @Option(help: ArgumentHelp("The SHA-256 of what is fetched for a platform.", valueName: "os/arch=hash"))
    var sha256: [String] = []

    @Option(help: ArgumentHelp("The program's place, where an archive is fetched.", valueName: "[os/arch=]path"))
    var path: [String] = []

    var isEmpty: Bool { url.isEmpty && sha256.isEmpty && path.isEmpty }

    /// One for each hash that is given. `known` is what is said of platforms already.
    func downloads(_ known: [WantedDownload] = [], _ output: Output) throws -> [WantedDownload] {
        func refuse(_ message: String) -> CommandFailure {
            CommandFailure(
                .misuse, "tool/no-download", message,
                help: "say it as in `--url https://example.com/protoc-{os}-{arch}.zip --sha256 linux/amd64=HASH --path bin/protoc`",
                output)
        }
        let (urls, hashes, paths) = (Values(url), Values(sha256), Values(path))
        guard hashes.forAll == nil, hashes.byPlatform.values.allSatisfy({ $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) }) else {
            throw refuse("a hash is that of one platform's file: `--sha256 os/arch=` and 64 hexadecimal digits")
        }
        if let platform = urls.byPlatform.keys.sorted().first(where: { hashes.byPlatform[$0] == nil }) {
            throw refuse("\(platform) has an address and no hash")
        }
        guard !hashes.byPlatform.isEmpty else { throw refuse("there is no hash: nothing is pinned without one") }
        return try hashes.byPlatform.sorted { $0.key < $1.key }.map { platform, hash in
            let old = known.first { $0.platform == platform }
            guard let url = urls[platform] ?? old?.url else { throw refuse("\(platform) has a hash and no address") }
            return WantedDownload(platform: platform, url: url, sha256: hash.lowercased(), path: paths[platform] ?? old?.path)
        }
    }

    /// Values for one platform each, and one for all the others.
    private struct Values {
        var byPlatform: [String: String] = [:]
        var forAll: String?

        init(_ words: [String]) {
            for word in words {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2, parts[0].split(separator: "/").count == 2, !parts[0].contains(":"), Platform(parts[0]) != nil {
                    byPlatform[parts[0]] = parts[1]
                } else {
                    forAll = word
                }
            }
        }

        subscript(platform: String) -> String? {
            let parts = platform.split(separator: "/").map(String.init)
            return byPlatform[platform]
                ?? forAll?.replacing("{os}", with: parts[0]).replacing("{arch}", with: parts.count > 1 ? parts[1] : "")
        }
    }
}

extension ToolEditing {
    /// Pins a program for these platforms, beside those that it has; its own platforms are replaced only when `replacing`.
    func pin(_ name: String, _ arguments: ProgramArguments, replacing: Bool) async throws {
        guard let source = prepared.source else {
            throw CommandFailure(
                .misuse, "tool/no-pipeline-file", "there is no pipeline file to pin `\(name)` in",
                help: "write one with `pipeline init`", output)
        }
        let pipeline = prepared.pipeline
        switch pipeline.tools {
        case .pinned(let pins):
            if let pin = pins.first(where: { $0.name.value == name }) { throw taken(name, pin.name.range, pin.demand, source) }
        case .none: break
        case .goMod(let range):
            throw CommandFailure(
                .misuse,
                [
                    source.diagnostic(
                        "tool/no-module", at: range, "`\(name)` is no Go module: it cannot stand beside `tool` lines",
                        help: "pin all tools in the pipeline file: `pipeline tool migrate --to a`")
                ], output)
        case .modFile(let path):
            throw CommandFailure(
                .misuse,
                [
                    source.diagnostic(
                        "tool/no-module", at: path.range, "`\(name)` is no Go module: it cannot stand beside `tool` lines",
                        help: "pin all tools in the pipeline file: `pipeline tool migrate --to a`")
                ], output)
        }
        let binary = pipeline.binaries.first { $0.name.value == name }
        let known = binary?.downloads.map(WantedDownload.init) ?? []
        let wanted = try arguments.downloads(known, output)
        if let binary, !replacing,
            let other = wanted.first(where: { new in known.contains { $0.platform == new.platform && $0 != new } })
        {
            throw taken(name, binary.name.range, "another file for \(other.platform)", source)
        }
        var programs = pipeline.programs
        programs[name] = Set(known.filter { old in !wanted.contains { $0.platform == old.platform } } + wanted)
        guard programs != pipeline.programs else { return output.remark("\(name) is pinned so already") }
        var edit = PipelineEdit(source)
        if binary == nil {
            edit.add(name, wanted, isFirst: tools.isEmpty)
        } else {
            for download in wanted {
                // Places move with each change.
                let text = SourceText(file: source.file, text: edit.text)
                guard let binary = decodePipeline(text).pipeline?.binaries.first(where: { $0.name.value == name }) else { break }
                edit.put(download, in: binary)
            }
        }
        try await commit(edit, wanting: demands, programs: programs, in: source)
        for download in wanted { output.remark("\(name) for \(download.platform) is \(download.url)") }
    }

    /// Takes programs out that are no Go modules.
    func unpin(_ binary: BinaryPin) async throws {
        guard let source = prepared.source else { return }
        var edit = PipelineEdit(source)
        edit.remove(binary, isLast: tools.count == 1)
        var programs = prepared.pipeline.programs
        programs[binary.name.value] = nil
        try await commit(edit, wanting: demands, programs: programs, in: source)
        output.remark("\(binary.name.value) is pinned no longer")
    }

    private var demands: [String: String] {
        guard case .pinned(let pins) = prepared.pipeline.tools else { return [:] }
        return Dictionary(pins.map { ($0.name.value, $0.demand) }) { first, _ in first }
    }

    private func taken(_ name: String, _ range: SourceRange, _ what: String, _ source: SourceText) -> CommandFailure {
        CommandFailure(
            .misuse,
            [
                source.diagnostic(
                    "tool/name-taken", at: range, "`\(name)` is \(what)",
                    help: "give the new one a name of its own, or change this one with `pipeline tool update \(name)`")
            ], output)
    }
}
