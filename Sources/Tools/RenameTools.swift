/// Where a pipeline file names tools outside of `tools:`, and the same text with other names; it knows no tool.
import Diagnostics
import Pipeline

/// A tool's name in a step: the value of `tool:`, one of `tools:`, or in a reference.
package struct ToolMention: Hashable, Sendable {
    package var name: String
    /// The step's folder, from which the name is understood.
    package var directory: String
    fileprivate var range: SourceRange
    fileprivate var isReference: Bool
}

extension Pipeline {
    /// In the order of the steps.
    package var toolMentions: [ToolMention] {
        steps.flatMap { step -> [ToolMention] in
            var names = step.tools ?? []
            if case .tool(let name, _) = step.kind { names.append(name) }
            let plain = names.map { ToolMention(name: $0.value, directory: step.directory, range: $0.range, isReference: false) }
            return plain
                + step.templates.flatMap(\.references).compactMap { reference in
                    guard case .tool(let name) = reference.value else { return nil }
                    return ToolMention(name: name, directory: step.directory, range: reference.range, isReference: true)
                }
        }
    }
}

extension Step {
    /// Every text of the step in which something may be named.
    package var templates: [Template] {
        var templates = env.map(\.value)
        switch kind {
        case .tool(_, let arguments): templates += arguments
        case .run(let options):
            switch options.command {
            case .argv(let words): templates += words
            case .shell(let script): templates.append(script)
            }
            for service in options.services { templates += service.run + service.env.map(\.value) }
        case .build, .vet, .test, .generate, .formatCheck, .tidyCheck, .policyCheck: break
        }
        return templates
    }
}

/// The text with other names in the places of some mentions; one that spans lines is left as it is.
package func renamingTools(_ source: SourceText, _ names: [(mention: ToolMention, name: String)]) -> String {
    var edit = PipelineEdit(source)
    let changes = Dictionary(names.map { ($0.mention.range, $0) }) { first, _ in first }
    for (range, change) in changes.sorted(by: { $0.key.start > $1.key.start }) where range.start.line == range.end.line {
        let (line, columns) = (range.start.line - 1, (range.start.column - 1)..<(range.end.column - 1))
        guard edit.lines.indices.contains(line), columns.upperBound <= edit.lines[line].count, let first = edit.lines[line][columns].first
        else { continue }
        var name = change.mention.isReference ? "${tool.\(change.name)}" : change.name
        if !change.mention.isReference, first == "\"" || first == "'" { name = "\(first)\(name)\(first)" }
        edit.lines[line].replaceSubrange(columns, with: Array(name.unicodeScalars))
    }
    return edit.text
}
