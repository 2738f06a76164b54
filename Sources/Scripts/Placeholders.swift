/// Expansions that are made before a shell reads the text: `${{ … }}`, `{{ … }}`, `${…}`. It knows no language that stands
/// between the brackets.

extension ScriptText {
    /// Each stretch from `open` to `close` becomes what `value` says of the text between, without white space around it,
    /// or stays as it is written, as a hole.
    func replacing(from open: StaticString, to close: StaticString, value: (String) -> [UInt8]?) -> ScriptText {
        let (open, close) = (Array(open.text), Array(close.text))
        guard var start = find(open, from: 0) else { return self }
        var result = ScriptText()
        var done = 0
        while let end = find(close, from: start + open.count) {
            result.append(self, done..<start)
            done = end + close.count
            let inner = bytes[start + open.count..<end].drop { $0.isBlank || $0 == .newline }
            let trimmed = inner.prefix(inner.count - inner.reversed().prefix { $0.isBlank || $0 == .newline }.count)
            if let value = value(String(decoding: trimmed, as: UTF8.self)) {
                result.append(value, from: origin(start..<done))
            } else {
                let hole = result.bytes.count
                result.append(self, start..<done)
                result.addHole(hole..<result.bytes.count)
            }
            guard let next = find(open, from: done) else { break }
            start = next
        }
        result.append(self, done..<bytes.count)
        return result
    }

    /// `$$` becomes a dollar; `${…}`, and `$NAME` if `names` says so, become holes.
    func interpolated(names: Bool) -> ScriptText {
        guard bytes.contains(.dollar) else { return self }
        var result = ScriptText()
        var position = 0
        while position < bytes.count {
            let start = position
            position += 1
            guard bytes[start] == .dollar, position < bytes.count else {
                while position < bytes.count, bytes[position] != .dollar { position += 1 }
                result.append(self, start..<position)
                continue
            }
            if bytes[position] == .dollar {
                position += 1
                result.append(CollectionOfOne(.dollar), from: origin(start..<position))
                continue
            }
            if bytes[position] == UInt8(ascii: "{") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "}") { position += 1 }
                position = min(position + 1, bytes.count)
            } else if names {
                while position < bytes.count, bytes[position].isNamePart { position += 1 }
            }
            let hole = result.bytes.count
            result.append(self, start..<position)
            if position > start + 1 { result.addHole(hole..<result.bytes.count) }
        }
        return result
    }

    private func find(_ mark: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        var index = start
        while index <= bytes.count - mark.count {
            if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) { return index }
            index += 1
        }
        return nil
    }
}

extension StaticString {
    fileprivate var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
