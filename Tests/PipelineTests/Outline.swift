/// A pipeline as text without its places, to compare what two files mean.
import Diagnostics
import Pipeline

func outline(_ pipeline: Pipeline) -> String {
    var lines = ""
    write(pipeline, label: "pipeline", indent: "", to: &lines)
    return lines
}

private func write(_ value: Any, label: String, indent: String, to output: inout String) {
    if value is SourceRange { return }
    // Two pins of one tool are equal wherever they are written; their own place is left out like any other.
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
        guard let wrapped = mirror.children.first else { return }
        return write(wrapped.value, label: label, indent: indent, to: &output)
    }
    if mirror.children.isEmpty || value is String || value is Duration {
        output += "\(indent)\(label): \(value)\n"
        return
    }
    let isCase = mirror.displayStyle == .enum
    output += "\(indent)\(label):\n"
    for (index, child) in mirror.children.enumerated() {
        let name = isCase ? "case \(child.label ?? "")" : child.label ?? "\(index)"
        write(child.value, label: name, indent: indent + "  ", to: &output)
    }
}
