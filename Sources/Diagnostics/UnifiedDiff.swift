/// The difference of two texts in unified format, as `diff -u` writes it; it knows lines only.

/// Empty when the texts are equal. `context` is the number of unchanged lines around a change.
package func unifiedDiff(
    from old: String, named oldName: String, to new: String, named newName: String, context: Int = 3
) -> String {
    guard old != new else { return "" }
    let (a, b) = (linesOf(old), linesOf(new))
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in b.difference(from: a) {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): inserted.insert(offset)
        }
    }

    // One entry a line of the merged text: its sign, and where it stands in both.
    var merged: [(sign: Character, text: Substring, old: Int, new: Int)] = []
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
        if i < a.count, removed.contains(i) {
            merged.append(("-", a[i], i, j))
            i += 1
        } else if j < b.count, inserted.contains(j) {
            merged.append(("+", b[j], i, j))
            j += 1
        } else {
            merged.append((" ", a[i], i, j))
            i += 1
            j += 1
        }
    }

    var output = "--- \(oldName)\n+++ \(newName)\n"
    var position = 0
    while let change = merged[position...].firstIndex(where: { $0.sign != " " }) {
        let start = max(position, change - context)
        var end = change
        var quiet = 0
        while end < merged.count, quiet <= 2 * context {
            quiet = merged[end].sign == " " ? quiet + 1 : 0
            end += 1
        }
        end -= max(0, quiet - context)
        let hunk = merged[start..<end]
        let oldCount = hunk.count { $0.sign != "+" }
        let newCount = hunk.count { $0.sign != "-" }
        let oldStart = hunk.first!.old + (oldCount > 0 ? 1 : 0)
        let newStart = hunk.first!.new + (newCount > 0 ? 1 : 0)
        output += "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@\n"
        for line in hunk {
            output.append(line.sign)
            output += line.text
            if line.text.unicodeScalars.last != "\n" { output += "\n\\ No newline at end of file\n" }
        }
        position = end
    }
    return output
}

private func span(_ start: Int, _ count: Int) -> String {
    count == 1 ? "\(start)" : "\(start),\(count)"
}

/// The lines of a text, each with its line feed.
private func linesOf(_ text: String) -> [Substring] {
    var lines: [Substring] = []
    var rest = text.unicodeScalars[...]
    while let end = rest.firstIndex(of: "\n") {
        lines.append(Substring(rest[...end]))
        rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { lines.append(Substring(rest)) }
    return lines
}
