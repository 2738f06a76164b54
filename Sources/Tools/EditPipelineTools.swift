/// Changes the `tools:` of a pipeline file as text, so that comments, order and style stay; it knows lines, no YAML tree.
import Diagnostics
import Pipeline

/// The text of a pipeline file, on its way to another. What cannot be changed so is left as it is: whoever asked reads
/// the result back, and sees.
package struct PipelineEdit {
    /// Without their line feeds.
    var lines: [[Unicode.Scalar]]

    package init(_ source: SourceText) {
        lines = source.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
    }

    package var text: String {
        var text = ""
        for (index, line) in lines.enumerated() {
            if index > 0 { text += "\n" }
            text.unicodeScalars.append(contentsOf: line)
        }
        return text
    }

    /// Puts another version, or package, in a pin's place.
    package mutating func replace(_ pin: ToolPin, with demand: String) {
        guard pin.range.start.line == pin.range.end.line else { return }
        let columns = (pin.range.start.column - 1)..<(pin.range.end.column - 1)
        guard var line = line(pin.range.start.line), columns.upperBound <= line.count, !columns.isEmpty else { return }
        let quote = line[columns.lowerBound]
        let isQuoted = quote == "\"" || quote == "'"
        line.replaceSubrange(columns, with: Array((isQuoted ? "\(quote)\(demand)\(quote)" : demand).unicodeScalars))
        lines[pin.range.start.line - 1] = line
    }

    /// Adds a pin behind those that are there, or begins the section.
    package mutating func add(_ name: String, _ demand: String, to pins: [ToolPin]) {
        guard let header = section("tools") else { return begin(["tools:", "  \(name): \(demand)"]) }
        let rest = text(after: header)
        if rest.hasPrefix("{") {
            if let last = pins.last {
                lines[last.range.end.line - 1].insert(
                    contentsOf: Array(", \(name): \(demand)".unicodeScalars), at: last.range.end.column - 1)
            } else if let open = lines[header].firstIndex(of: "{"), let close = lines[header].firstIndex(of: "}"),
                lines[header][(open + 1)..<close].allSatisfy({ $0 == " " })
            {
                lines[header].replaceSubrange(open...close, with: Array("{ \(name): \(demand) }".unicodeScalars))
            }
            return
        }
        let indent = pins.last.map { $0.name.range.start.column - 1 } ?? 2
        let line = Array((String(repeating: " ", count: indent) + "\(name): \(demand)").unicodeScalars)
        lines.insert(line, at: pins.last.map { $0.range.end.line } ?? header + 1)
    }

    /// Takes a pin out; with the last one the section goes. `others` of its entries are no pins of modules.
    package mutating func remove(_ pin: ToolPin, from pins: [ToolPin], besides others: Int = 0) {
        guard let header = section("tools") else { return }
        guard pins.count + others > 1 else { return removeSection(header) }
        let (start, end) = (pin.name.range.start, pin.range.end)
        guard text(after: header).hasPrefix("{") else {
            lines.removeSubrange((start.line - 1)...(end.line - 1))
            return
        }
        guard start.line == end.line else { return }
        var line = lines[start.line - 1]
        var (from, to) = (start.column - 1, end.column - 1)
        // With the comma behind it, or, of the last one, that in front.
        let behind = line[to...].firstIndex { $0 != " " }
        if let behind, line[behind] == "," {
            to = line[(behind + 1)...].firstIndex { $0 != " " } ?? line.count
        } else if let comma = line[..<from].lastIndex(of: ",") {
            from = comma
        }
        line.removeSubrange(from..<to)
        lines[start.line - 1] = line
    }

    /// `tools: go.mod` and the like, in the place of whatever is there; without a value the section goes.
    package mutating func setTools(to value: String?) {
        guard let header = section("tools") else {
            if let value { begin(["tools: \(value)"]) }
            return
        }
        guard let value else { return removeSection(header) }
        lines.replaceSubrange(header..<endOfSection(header), with: [Array("tools: \(value)".unicodeScalars)])
    }

    // MARK: - Lines

    private func line(_ number: Int) -> [Unicode.Scalar]? { lines.indices.contains(number - 1) ? lines[number - 1] : nil }

    func string(_ index: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: lines[index])
        return text
    }

    /// The line of a key at the top of the file.
    func section(_ name: String) -> Int? {
        lines.indices.first { index in
            let text = string(index)
            guard text.hasPrefix(name) else { return false }
            return text.dropFirst(name.count).drop { $0 == " " }.first == ":"
        }
    }

    func text(after header: Int) -> Substring {
        let text = string(header)
        return text[text.index(after: text.firstIndex(of: ":")!)...].drop { $0 == " " || $0 == "\t" }
    }

    private func isTopLevel(_ index: Int) -> Bool {
        guard let first = lines[index].first else { return false }
        return first != " " && first != "\t" && first != "#" && first != "\r" && first != "}"
    }

    /// Behind the last line of a section that says something; comments and blank lines below belong to what follows.
    func endOfSection(_ header: Int) -> Int {
        let next = lines.indices.dropFirst(header + 1).first(where: isTopLevel) ?? lines.count
        var end = next
        while end > header + 1, isBlankOrComment(end - 1), lines[end - 1].first != " " { end -= 1 }
        return end
    }

    func isBlankOrComment(_ index: Int) -> Bool {
        let text = lines[index].drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return text.isEmpty || text.first == "#"
    }

    mutating func removeSection(_ header: Int) {
        var end = endOfSection(header)
        // Not two blank lines where there was one on each side.
        if end < lines.count - 1, lines[end].isEmpty, header == 0 || lines[header - 1].isEmpty { end += 1 }
        lines.removeSubrange(header..<end)
    }

    /// A new section before the first that says what is made or done, above the comments of that one.
    mutating func begin(_ section: [String]) {
        let introductions = ["version", "name", "go"]
        var index =
            lines.indices.first { index in
                isTopLevel(index) && !introductions.contains { self.section($0) == index } && !string(index).hasPrefix("---")
            } ?? lines.count
        while index > 0, lines[index - 1].first == "#" { index -= 1 }
        var new = section.map { Array($0.unicodeScalars) }
        if index < lines.count { new.append([]) }
        if index > 0, index <= lines.count, !lines[index - 1].isEmpty { new.insert([], at: 0) }
        lines.insert(contentsOf: new, at: min(index, lines.count))
    }
}
