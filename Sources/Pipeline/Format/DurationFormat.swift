/// Lengths of time as people write them, `1h30m`; it knows the units, not what is timed.
import Diagnostics

extension Format where Value == Duration {
    /// Hours, minutes, seconds and milliseconds, each at most once and in this order; up to a week.
    static let duration: Self = Format(
        schema: ["type": "string", "pattern": "^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"]
    ) { node, subject, decoding in
        guard case .scalar(let scalar) = node.content, scalar.value != .null,
            let duration = Duration(units: scalar.text)
        else {
            decoding.wrongType(
                node, subject, "a length of time",
                help: "write whole numbers with the units h, m, s, ms: `90s`, `10m`, `1h30m`")
            return nil
        }
        guard duration > .zero, duration <= longestDuration else {
            decoding.badValue(
                node.range, "\(subject.phrase) must be longer than nothing and at most a week, not `\(scalar.text)`",
                help: "write a length of time such as `10m`")
            return nil
        }
        return duration
    }
}

private let longestDuration = Duration.seconds(7 * 24 * 3600)
private let units: [(name: String, milliseconds: Int64)] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]

extension Duration {
    /// Nil when `text` has another form, or a number beyond all use.
    init?(units text: String) {
        var rest = text[...]
        var total: Int64 = 0
        var remaining = units[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
            guard !digits.isEmpty, digits.count <= 12, let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let word = rest.prefix { !$0.isWholeNumber }
            guard let unit = remaining.firstIndex(where: { $0.name == word }) else { return nil }
            remaining = remaining[(unit + 1)...]
            total += count * units[unit].milliseconds
            rest = rest.dropFirst(word.count)
        }
        self = .milliseconds(total)
    }

    /// The same in units, exact to the millisecond: `1h30m`.
    var inUnits: String {
        var rest = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text.isEmpty ? "0s" : text
    }
}
