/// Which known name a mistyped one was meant to be; it knows spelling, nothing else.

/// The known name with the fewest edits from `name`, when that is few enough to be a slip (a third of its length,
/// at least one). Ties go to the earlier candidate.
package func nearestName(to name: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, name.unicodeScalars.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(name.lowercased(), candidate.lowercased())
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment).
private func editDistance(_ a: String, _ b: String) -> Int {
    let (s, t) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    var before: [Int] = []
    var row = Array(0...t.count)
    for i in s.indices {
        var next = [i + 1]
        for j in t.indices {
            var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (s[i] == t[j] ? 0 : 1))
            if i > 0, j > 0, s[i] == t[j - 1], s[i - 1] == t[j] { cost = min(cost, before[j - 1] + 1) }
            next.append(cost)
        }
        (before, row) = (row, next)
    }
    return row[t.count]
}
