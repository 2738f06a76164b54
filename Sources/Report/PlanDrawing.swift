/// A plan as a drawing's source, for Graphviz (graphviz.org/doc/info/lang.html) and Mermaid (flowchart syntax): boxes
/// are actions, arrows point from what is needed to what needs it.
import Action
import Run

/// An arrow's stroke tells the role: solid an input or a tool, dashed an order, dotted a provision.
func planDot(_ entries: [PlanEntry]) -> String {
    var lines = [
        "digraph pipeline {", "  rankdir=LR;", "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];",
    ]
    for entry in entries {
        let color =
            switch entry.decision?.would {
            case .run: "#ffe8b3"
            case .hit: "#d5f0d5"
            case nil: "#eeeeee"
            }
        let label = [entry.action.id.text, entry.action.title].map(dotText).joined(separator: "\\n")
        lines.append("  \"\(dotText(entry.action.id.text))\" [label=\"\(label)\", fillcolor=\"\(color)\"];")
    }
    for entry in entries {
        for dependency in entry.action.dependencies {
            let style =
                switch dependency.role {
                case .input, .tool: ""
                case .order: " [style=dashed]"
                case .provision: " [style=dotted]"
                }
            lines.append(
                "  \"\(dotText(dependency.action.text))\" -> \"\(dotText(entry.action.id.text))\"\(style);")
        }
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
}

/// Inside double quotes; in a label a backslash would begin an escape and an ampersand an entity.
private func dotText(_ text: String) -> String {
    var output = ""
    for character in visibleText(text) {
        switch character {
        case "\"": output += "\\\""
        case "\\": output += "\\\\"
        case "&": output += "&amp;"
        default: output.append(character)
        }
    }
    return output
}

/// As `planDot`, with numbered nodes, for ids are not node names there.
func planMermaid(_ entries: [PlanEntry]) -> String {
    let names = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.action.id, "a\($0)") })
    var lines = ["flowchart LR"]
    for (index, entry) in entries.enumerated() {
        let label = [entry.action.id.text, entry.action.title].map(mermaidText).joined(separator: "<br/>")
        let style = entry.decision.map { ":::\($0.would.rawValue)" } ?? ""
        lines.append("  a\(index)[\"\(label)\"]\(style)")
    }
    for entry in entries {
        for dependency in entry.action.dependencies {
            let arrow =
                switch dependency.role {
                case .input, .tool: "-->"
                case .order: "-.->"
                case .provision: "-. provision .->"
                }
            lines.append("  \(names[dependency.action]!) \(arrow) \(names[entry.action.id]!)")
        }
    }
    lines += [
        "  classDef run fill:#ffe8b3,stroke:#b38600,color:#000",
        "  classDef hit fill:#d5f0d5,stroke:#3a7d3a,color:#000",
    ]
    return lines.joined(separator: "\n") + "\n"
}

/// Whatever means something in a label is written as a character number.
private func mermaidText(_ text: String) -> String {
    var output = ""
    for scalar in visibleText(text).unicodeScalars {
        switch scalar {
        case "\"", "#", "<", ">", "&", "`", "\\", ";", "*", "_", "[", "]", "{", "}", "(", ")", "|", "$", "~":
            output += "#\(scalar.value);"
        default: output.unicodeScalars.append(scalar)
        }
    }
    return output
}
