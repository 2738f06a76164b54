/// A Dockerfile as a value: stages and instructions with their places. It knows the format, not how images are built.
///
/// https://docs.docker.com/reference/dockerfile/
import Diagnostics

package struct DockerfileFile: Hashable, Sendable {
    /// All, in order, those before the first `FROM` among them.
    package var instructions: [DockerInstruction]
    package var stages: [DockerStage]

    package init(instructions: [DockerInstruction], stages: [DockerStage]) {
        self.instructions = instructions
        self.stages = stages
    }

    /// The stage that becomes the image when no target is named.
    package var finalStage: DockerStage? { stages.last }

    package func instructions(of stage: DockerStage) -> ArraySlice<DockerInstruction> { instructions[stage.instructions] }

    /// A stage by what `FROM` and `--from` call it: its name in any case, or its number.
    package func stage(named name: String) -> DockerStage? {
        stages.last { $0.name?.value.lowercased() == name.lowercased() }
            ?? Int(name).flatMap { stages.indices.contains($0) ? stages[$0] : nil }
    }

    /// The last such instruction (`USER`, `CMD`) of a stage or of the stages that it is built from.
    package func last(_ keyword: String, in stage: DockerStage) -> DockerInstruction? {
        var next: DockerStage? = stage
        while let current = next {
            if let found = instructions(of: current).last(where: { $0.keyword == keyword && !$0.isOnBuild }) { return found }
            // A stage is built from an earlier one only, so this ends.
            next = current.baseStage.map { stages[$0] }
        }
        return nil
    }
}

/// From one `FROM` to the next.
package struct DockerStage: Hashable, Sendable {
    /// From 0.
    package var index: Int
    /// After `AS`.
    package var name: Located<String>?
    /// The image or the earlier stage that it is built from, `ARG`s filled in.
    package var base: ScriptWord
    /// The earlier stage that `base` is.
    package var baseStage: Int?
    /// Into `DockerfileFile.instructions`, its `FROM` included.
    package var instructions: Range<Int>

    package init(index: Int, name: Located<String>?, base: ScriptWord, baseStage: Int?, instructions: Range<Int>) {
        self.index = index
        self.name = name
        self.base = base
        self.baseStage = baseStage
        self.instructions = instructions
    }
}

package struct DockerInstruction: Hashable, Sendable {
    /// In capitals. Of `ONBUILD RUN …` it is `RUN`, with `isOnBuild`.
    package var keyword: String
    package var keywordRange: SourceRange
    /// `--from=build`, in order.
    package var flags: [DockerFlag]
    /// What follows flags: of a list in brackets its strings, of `RUN`, `CMD` and `ENTRYPOINT` in shell form one word
    /// that is the whole text, of all else the words. `ARG`s and `ENV`s are filled in where the builder does that.
    package var words: [ScriptWord]
    /// `.exec` for a list in brackets.
    package var form: CommandForm
    package var heredocs: [DockerHeredoc]
    /// The stage that it stands in; nil before the first `FROM`.
    package var stage: Int?
    package var isOnBuild: Bool
    /// From the keyword to the last character, continued lines and here-documents included.
    package var range: SourceRange

    package init(
        keyword: String, keywordRange: SourceRange, flags: [DockerFlag], words: [ScriptWord], form: CommandForm,
        heredocs: [DockerHeredoc], stage: Int?, isOnBuild: Bool, range: SourceRange
    ) {
        self.keyword = keyword
        self.keywordRange = keywordRange
        self.flags = flags
        self.words = words
        self.form = form
        self.heredocs = heredocs
        self.stage = stage
        self.isOnBuild = isOnBuild
        self.range = range
    }

    /// The value of the first flag of that name; empty for a flag without one.
    package func flag(_ name: String) -> ScriptWord? { flags.first { $0.name == name }?.value }
}

package struct DockerFlag: Hashable, Sendable {
    /// Without dashes.
    package var name: String
    package var value: ScriptWord

    package init(_ name: String, _ value: ScriptWord) {
        self.name = name
        self.value = value
    }
}

package struct DockerHeredoc: Hashable, Sendable {
    package var name: String
    package var text: String
    /// Of the text, without the line that ends it.
    package var range: SourceRange

    package init(name: String, text: String, range: SourceRange) {
        self.name = name
        self.text = text
        self.range = range
    }
}

/// `golang:1.26@sha256:…`, as its parts.
package struct ImageName: Hashable, Sendable {
    /// With the registry, without tag and digest.
    package var repository: String
    package var tag: String?
    /// With its algorithm: `sha256:…`.
    package var digest: String?

    package init(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        digest = parts.count == 2 ? String(parts[1]) : nil
        let name = parts[0]
        // A colon before the last slash is a port.
        let last = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        let colon = name[last...].firstIndex(of: ":")
        repository = String(name[..<(colon ?? name.endIndex)])
        tag = colon.map { String(name[name.index(after: $0)...]) }
    }

    /// The last part of the repository: `golang` of `docker.io/library/golang`.
    package var lastElement: String { repository.split(separator: "/").last.map(String.init) ?? "" }
}
