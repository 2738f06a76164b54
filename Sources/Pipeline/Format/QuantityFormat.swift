/// Sizes and ages as people write them, `20GB` and `30d`; it knows the units, not what is measured.
import Diagnostics

/// A number and a unit: B, powers of ten from KB to TB, powers of two from KiB to TiB. In bytes; nil when `text` has another
/// form or is beyond all use.
package func byteCount(_ text: String) -> Int? { quantity(text, sizeUnits) }

/// A number and a unit: s, m, h, d, w. In seconds; nil when `text` has another form or is beyond all use.
package func ageInSeconds(_ text: String) -> Int? { quantity(text, ageUnits) }

let sizeUnits: [(name: String, factor: Int)] = [
    ("B", 1), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("KiB", 1 << 10),
    ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
]
let ageUnits: [(name: String, factor: Int)] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)]

/// `1.5GB` and `20 GB` are understood as well.
private func quantity(_ text: String, _ units: [(name: String, factor: Int)]) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
    var rest = text.dropFirst(digits.count)
    guard let whole = Int(digits), digits.count <= 15 else { return nil }
    var tenths = 0
    if rest.first == "." {
        let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isWholeNumber }
        guard fraction.count == 1, let digit = Int(fraction) else { return nil }
        tenths = digit
        rest = rest.dropFirst(2)
    }
    if rest.first == " " { rest = rest.dropFirst() }
    guard let unit = units.first(where: { $0.name == rest }) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit.factor)
    // A tenth of an undivided unit is no whole number of them.
    guard !overflow, product <= Int.max / 2, tenths * unit.factor % 10 == 0 else { return nil }
    return product + tenths * unit.factor / 10
}

/// The same in the largest unit that leaves no remainder: `20GB`, `30d`.
func inUnits(_ amount: Int, _ units: [(name: String, factor: Int)]) -> String {
    let unit = units.sorted { $0.factor > $1.factor }.first { amount % $0.factor == 0 && amount >= $0.factor } ?? units[0]
    return "\(amount / unit.factor)\(unit.name)"
}

extension Format where Value == Int {
    static let size: Self = quantityFormat(
        "a size", pattern: "^[0-9]{1,15}(\\.[0-9])? ?([KMGT]i?)?B$",
        help: "write a number with the unit KB, MB, GB, KiB, MiB or GiB: `20GB`, `512MiB`", byteCount)

    static let age: Self = quantityFormat(
        "an age", pattern: "^[0-9]{1,15}(\\.[0-9])? ?[smhdw]$",
        help: "write a number with the unit s, m, h, d or w: `12h`, `30d`", ageInSeconds)

    private static func quantityFormat(
        _ what: String, pattern: String, help: String, _ parse: @escaping @Sendable (String) -> Int?
    ) -> Format {
        Format(schema: ["type": "string", "pattern": .string(pattern)]) { node, subject, decoding in
            guard case .scalar(let scalar) = node.content, scalar.value != .null, let value = parse(scalar.text) else {
                decoding.wrongType(node, subject, what, help: help)
                return nil
            }
            guard value > 0 else {
                decoding.badValue(
                    node.range, "\(subject.phrase) must be more than nothing, not `\(scalar.text)`", help: help)
                return nil
            }
            return value
        }
    }
}
