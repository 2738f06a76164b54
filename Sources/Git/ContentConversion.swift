/// Turns what a commit has of a file into what is written: line endings, `$Id$`, encoding. It knows bytes, not files.

package struct ContentConversion: Hashable, Sendable {
    package enum LineEndings: Hashable, Sendable {
        case kept
        /// LF becomes CRLF.
        case carriageReturns
        /// The same where git takes the content for text.
        case carriageReturnsInText
    }

    package var lineEndings = LineEndings.kept
    /// `$Id$` becomes `$Id: ID $`.
    package var hasIdent = false
    /// `working-tree-encoding`.
    package var encoding: String?
    /// `filter`: a program of the user's, which is not run here.
    package var filter: String?

    package static let none = ContentConversion()

    /// Text that is the same for the same conversion, and empty for none.
    package var code: String {
        guard self != .none else { return "" }
        let endings =
            switch lineEndings {
            case .kept: ""
            case .carriageReturns: "crlf"
            case .carriageReturnsInText: "auto"
            }
        return "\(endings),\(hasIdent ? "ident" : ""),\(encoding ?? ""),\(filter ?? "")"
    }

    /// What git writes for a blob; nil when its encoding is one that is not known here.
    package func written(_ content: [UInt8], of id: GitObjectID) -> [UInt8]? {
        guard self != .none else { return content }
        var content = content
        if hasIdent { content = withIdent(content, id.text) }
        switch lineEndings {
        case .kept: break
        case .carriageReturns: content = withCarriageReturns(content)
        case .carriageReturnsInText:
            if TextStatistics(content).isTextWithPlainLineFeeds { content = withCarriageReturns(content) }
        }
        guard let encoding else { return content }
        guard let encode = encoder(encoding) else { return nil }
        // What is no UTF-8 git leaves as it is.
        return String(validating: content, as: UTF8.self).map(encode) ?? content
    }
}

/// Source of the rule: gitattributes(5), "ident"; an expanded one of another system, with blanks in it, stays.
private func withIdent(_ content: [UInt8], _ id: String) -> [UInt8] {
    let start = Array("$Id".utf8)
    var result: [UInt8] = []
    var rest = content[...]
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
        result += rest[..<dollar]
        rest = rest[dollar...]
        let after = rest.dropFirst(start.count)
        guard rest.starts(with: start), let sign = after.first else {
            result.append(rest.removeFirst())
            continue
        }
        if sign == UInt8(ascii: "$") {
            result += "$Id: \(id) $".utf8
            rest = after.dropFirst()
            continue
        }
        let inside = after.dropFirst().prefix { $0 != UInt8(ascii: "$") && $0 != 0x0a }
        let isClosed = inside.endIndex < rest.endIndex && rest[inside.endIndex] == UInt8(ascii: "$")
        let isForeign = inside.dropFirst().dropLast().contains(0x20)
        guard sign == UInt8(ascii: ":"), isClosed, !isForeign else {
            result.append(rest.removeFirst())
            continue
        }
        result += "$Id: \(id) $".utf8
        rest = rest[(inside.endIndex + 1)...]
    }
    return result + rest
}

/// A line that ends with CRLF already stays.
private func withCarriageReturns(_ content: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(content.count + content.count / 16)
    var last: UInt8 = 0
    for byte in content {
        if byte == 0x0a, last != 0x0d { result.append(0x0d) }
        result.append(byte)
        last = byte
    }
    return result
}

/// What git counts to tell text from other content. Source: gather_stats and convert_is_binary of git's convert.c.
private struct TextStatistics {
    var hasZero = false
    var lonelyReturns = 0
    var returnsWithFeed = 0
    var printed = 0
    var unprinted = 0

    init(_ content: [UInt8]) {
        for (index, byte) in content.enumerated() {
            switch byte {
            case 0x0d:
                let hasFeed = index + 1 < content.count && content[index + 1] == 0x0a
                if hasFeed { returnsWithFeed += 1 } else { lonelyReturns += 1 }
            case 0x0a: break
            case 0x08, 0x09, 0x0c, 0x1b: printed += 1
            case 0:
                hasZero = true
                unprinted += 1
            case 0x7f, ..<0x20: unprinted += 1
            default: printed += 1
            }
        }
        // Where DOS ends a text.
        if content.last == 0x1a { unprinted -= 1 }
    }

    var isTextWithPlainLineFeeds: Bool {
        !hasZero && lonelyReturns == 0 && returnsWithFeed == 0 && printed >> 7 >= unprinted
    }
}

/// Nil for an encoding that is not known. `UTF-16` and `UTF-32` alone have a mark and the low byte first, as iconv writes.
private func encoder(_ name: String) -> ((String) -> [UInt8])? {
    func units<Unit: FixedWidthInteger>(_ units: some Sequence<Unit>, isBig: Bool, mark: Unit?) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in [mark].compactMap(\.self) + Array(units) {
            withUnsafeBytes(of: isBig ? unit.bigEndian : unit.littleEndian) { bytes += $0 }
        }
        return bytes
    }
    let mark16: UInt16 = 0xfeff
    let mark32: UInt32 = 0xfeff
    switch name.uppercased() {
    case "UTF-8", "UTF8": return { Array($0.utf8) }
    case "UTF-16", "UTF16", "UTF-16LE-BOM": return { units($0.utf16, isBig: false, mark: mark16) }
    case "UTF-16BE-BOM": return { units($0.utf16, isBig: true, mark: mark16) }
    case "UTF-16LE", "UTF16LE": return { units($0.utf16, isBig: false, mark: nil) }
    case "UTF-16BE", "UTF16BE": return { units($0.utf16, isBig: true, mark: nil) }
    case "UTF-32", "UTF32": return { units($0.unicodeScalars.map(\.value), isBig: false, mark: mark32) }
    case "UTF-32LE", "UTF32LE": return { units($0.unicodeScalars.map(\.value), isBig: false, mark: nil) }
    case "UTF-32BE", "UTF32BE": return { units($0.unicodeScalars.map(\.value), isBig: true, mark: nil) }
    default: return nil
    }
}
