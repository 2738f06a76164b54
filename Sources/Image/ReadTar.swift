/// Reads tar archives that others wrote, without trust: nothing is unpacked, and what is damaged ends the reading.
///
/// Source of the format: POSIX.1-2017, pax; GNU tar's long names.

package struct TarMember: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file
        case folder
        /// To this, as it is written.
        case symbolicLink(String)
        /// To another member.
        case hardLink(String)
        case other
    }

    /// Without `./` in front and slashes at either end.
    package var path: String
    package var kind: Kind
    /// Where in the archive its content is.
    package var content: Range<Int>
}

/// In the archive's order; nil when it is no tar archive or is cut off.
package func readTar(_ archive: [UInt8]) -> [TarMember]? {
    var members: [TarMember] = []
    var position = 0
    var (path, target): (String?, String?) = (nil, nil)
    while position + 512 <= archive.count {
        let block = archive[position..<(position + 512)]
        if block.allSatisfy({ $0 == 0 }) { return members }
        guard isHeader(block), let size = number(block, 124, 12) else { return nil }
        let content = (position + 512)..<(position + 512 + size)
        guard size >= 0, content.upperBound <= archive.count else { return nil }
        position = content.lowerBound + (size + 511) / 512 * 512
        let type = block[block.startIndex + 156]
        switch type {
        case UInt8(ascii: "x"):
            let records = paxRecords(archive[content])
            path = records["path"] ?? path
            target = records["linkpath"] ?? target
            continue
        case UInt8(ascii: "g"): continue
        case UInt8(ascii: "L"), UInt8(ascii: "K"):
            let text = String(decoding: archive[content].prefix { $0 != 0 }, as: UTF8.self)
            if type == UInt8(ascii: "L") { path = text } else { target = text }
            continue
        default: break
        }
        let prefix = string(block, 257, 5) == "ustar" ? string(block, 345, 155) : ""
        let name = path ?? ((prefix.isEmpty ? "" : prefix + "/") + string(block, 0, 100))
        let link = target ?? string(block, 157, 100)
        (path, target) = (nil, nil)
        let kind: TarMember.Kind =
            switch type {
            case UInt8(ascii: "0"), 0, UInt8(ascii: "7"): .file
            case UInt8(ascii: "1"): .hardLink(plainPath(link))
            case UInt8(ascii: "2"): .symbolicLink(link)
            case UInt8(ascii: "5"): .folder
            default: .other
            }
        members.append(TarMember(path: plainPath(name), kind: kind, content: content))
    }
    // Archives without their end are written by some.
    return members.isEmpty ? nil : members
}

/// `./a/b/` as `a/b`.
func plainPath(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
}

private func isHeader(_ block: ArraySlice<UInt8>) -> Bool {
    guard let written = number(block, 148, 8) else { return false }
    var sum = 0
    for (place, byte) in block.enumerated() { sum += (148..<156).contains(place) ? 32 : Int(byte) }
    return sum == written
}

private func string(_ block: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> String {
    let field = block[(block.startIndex + offset)..<(block.startIndex + offset + length)]
    return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
}

/// Octal, or the binary form of what is too large for that.
private func number(_ block: ArraySlice<UInt8>, _ offset: Int, _ length: Int) -> Int? {
    let field = block[(block.startIndex + offset)..<(block.startIndex + offset + length)]
    if field.first! & 0x80 != 0 {
        guard field.dropFirst().dropLast(7).allSatisfy({ $0 == 0 }), field.first == 0x80 else { return nil }
        return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
    }
    let digits = String(decoding: field, as: UTF8.self).filter { $0 != " " && $0 != "\0" }
    return digits.isEmpty ? 0 : Int(digits, radix: 8)
}

private func paxRecords(_ bytes: ArraySlice<UInt8>) -> [String: String] {
    var records: [String: String] = [:]
    var rest = bytes
    while let space = rest.firstIndex(of: 32), let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
        length > space - rest.startIndex, length <= rest.count
    {
        let record = rest[(space + 1)..<(rest.startIndex + length)]
        if let sign = record.firstIndex(of: UInt8(ascii: "=")) {
            let value = record[(sign + 1)...].dropLast()
            records[String(decoding: record[..<sign], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        rest = rest[(rest.startIndex + length)...]
    }
    return records
}
