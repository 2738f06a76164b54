/// Go's string literals, as in go.mod, in import declarations and in directives; it knows nothing around them.

/// The value of one whole literal, quotes included: `"a\tb"` or `` `a` ``. Nil when it is not one.
///
/// Source of the format: the Go specification, "String literals".
func unquoteGo(_ literal: some StringProtocol) -> String? {
    let bytes = Array(literal.utf8)
    guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote else { return nil }
    let body = bytes[1..<(bytes.count - 1)]
    switch quote {
    case UInt8(ascii: "`"):
        guard !body.contains(quote) else { return nil }
        return String(decoding: body.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    case UInt8(ascii: "\""): return interpret(body)
    default: return nil
    }
}

private func interpret(_ body: ArraySlice<UInt8>) -> String? {
    var value: [UInt8] = []
    var rest = body
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\n"): return nil
        case UInt8(ascii: "\\"):
            guard let escaped = takeEscape(&rest) else { return nil }
            value += escaped
        default: value.append(byte)
        }
    }
    return String(decoding: value, as: UTF8.self)
}

/// What the escape stands for whose backslash was just taken from `rest`.
private func takeEscape(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let octal = rest
    guard let letter = rest.popFirst() else { return nil }
    switch letter {
    case UInt8(ascii: "a"): return [7]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "v"): return [11]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return [letter]
    case UInt8(ascii: "x"): return takeNumber(&rest, digits: 2, radix: 16).map { [UInt8($0)] }
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
        return takeNumber(&rest, digits: letter == UInt8(ascii: "u") ? 4 : 8, radix: 16)
            .flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
        rest = octal
        return takeNumber(&rest, digits: 3, radix: 8).flatMap { UInt8(exactly: $0) }.map { [$0] }
    default: return nil
    }
}

private func takeNumber(_ rest: inout ArraySlice<UInt8>, digits: Int, radix: UInt32) -> UInt32? {
    guard rest.count >= digits else { return nil }
    var number: UInt32 = 0
    for byte in rest.prefix(digits) {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: radix)
        guard !overflow else { return nil }
        number = product + UInt32(digit)
    }
    rest = rest.dropFirst(digits)
    return number
}
