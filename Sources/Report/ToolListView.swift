/// The pinned tools as a table or as JSON; it knows nothing of how a tool is built.
import Plan

/// A tool, and what is known of its pin.
package struct ToolRow: Sendable {
    package var tool: PinnedTool
    /// The file that pins it, relative to the root.
    package var file: String
    /// What the lock file has of its module, `h1:…`.
    package var hash: String?

    package init(tool: PinnedTool, file: String, hash: String?) {
        self.tool = tool
        self.file = file
        self.hash = hash
    }
}

/// Name, version, package and file, in columns. A program of the repository itself has no version.
package func renderTools(_ rows: [ToolRow]) -> String {
    let cells = rows.map { [$0.tool.name, $0.tool.version ?? "–", $0.tool.package, $0.file] }
    let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
        zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ") + "  \(row[3])\n"
    }.joined()
}

/// `{"tools":[…]}`.
package func renderToolsJSON(_ rows: [ToolRow]) -> String {
    JSON.document(
        "tools",
        rows.map { row in
            [
                "name": .string(row.tool.name), "package": .string(row.tool.package), "version": JSON(row.tool.version),
                "file": .string(row.file), "hash": JSON(row.hash),
            ]
        })
}
