/// The ready-made pipeline files that the binary carries; their texts are those of the repository's `pipelines` folder.

package struct PipelineTemplate: Hashable, Sendable {
    /// "service"
    package let name: String
    /// The file as it is written down, comments included.
    package let text: String

    /// What it is for, in one sentence: the file's first line.
    package var summary: String {
        String(text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " })
    }
}

package enum PipelineTemplates {
    package static let all = [
        PipelineTemplate(name: "service", text: TemplateText.service),
        PipelineTemplate(name: "cli", text: TemplateText.cli),
        PipelineTemplate(name: "library", text: TemplateText.library),
        PipelineTemplate(name: "monorepo", text: TemplateText.monorepo),
    ]

    package static func named(_ name: String) -> PipelineTemplate? { all.first { $0.name == name } }
}
