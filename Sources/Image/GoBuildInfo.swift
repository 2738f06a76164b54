/// What the Go linker wrote into a program about itself: release, main package, modules, settings. It runs nothing.
///
/// Source of the format: Go's debug/buildinfo, the form of Go 1.18 and later, and runtime/debug's text of modules.

package struct GoBuildInfo: Sendable, Hashable {
    package struct Module: Sendable, Hashable {
        package var path: String
        package var version: String
        /// `h1:…`, where there is one.
        package var sum: String
    }

    /// E.g. `go1.27.3`.
    package var goVersion: String
    /// The import path of the main package.
    package var package: String
    package var main: Module?
    /// What was linked, replacements in the place of what they replace.
    package var dependencies: [Module]
    package var settings: [String: String]

    /// Nil when the program has none.
    package init?(program: [UInt8]) {
        guard let (version, text) = buildTexts(program) else { return nil }
        goVersion = version
        package = ""
        dependencies = []
        settings = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
            let module = Module(path: word(1), version: word(2), sum: word(3))
            switch words[0] {
            case "path": package = word(1)
            case "mod": main = module
            case "dep": dependencies.append(module)
            case "=>" where !dependencies.isEmpty: dependencies[dependencies.count - 1] = module
            case "build":
                let pair = line.dropFirst("build\t".count).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if pair.count == 2 { settings[String(pair[0])] = String(pair[1]) }
            default: break
            }
        }
    }
}

/// Both texts stand behind a mark that is aligned to 16 bytes, each after its length.
private func buildTexts(_ program: [UInt8]) -> (version: String, modules: String)? {
    let mark = [0xFF] + Array(" Go buildinf:".utf8)
    return program.withUnsafeBufferPointer { bytes in
        for start in stride(from: 0, to: bytes.count - 32, by: 16)
        where bytes[start] == 0xFF && bytes[start..<(start + mark.count)].elementsEqual(mark) {
            // Other programs about Go have the mark too, with nothing of the kind behind it.
            guard bytes[start + 15] & 2 != 0, let version = counted(bytes, at: start + 32),
                bytes[version].starts(with: "go".utf8), let framed = counted(bytes, at: version.upperBound)
            else { continue }
            // 16 bytes at either end let the text be found in the program's data.
            let modules = framed.count > 32 ? framed.dropFirst(16).dropLast(16) : framed.prefix(0)
            return (String(decoding: bytes[version], as: UTF8.self), String(decoding: bytes[modules], as: UTF8.self))
        }
        return nil
    }
}

/// Where the bytes are whose number stands at `start`, seven bits a byte, the lowest first.
private func counted(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Range<Int>? {
    var (count, shift, position) = (0, 0, start)
    while position < bytes.count, shift < 28 {
        let byte = bytes[position]
        position += 1
        count |= Int(byte & 127) << shift
        shift += 7
        if byte < 128 { return position + count <= bytes.count ? position..<(position + count) : nil }
    }
    return nil
}
