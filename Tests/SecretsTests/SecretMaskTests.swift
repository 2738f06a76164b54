/// Secrets in every spelling and every cut: none comes through, and nothing else is touched.
import Secrets
import Testing

@Suite struct SecretMaskTests {
    private static let token = "s3cr3t/+token\"&<42>'%"

    private static func mask(_ value: String) -> SecretMask { SecretMask([("token", Array(value.utf8))]) }

    /// The text in two writes, cut at each place there is.
    private func expect(_ text: String, masked expected: String, _ mask: SecretMask, _ place: SourceLocation = #_sourceLocation) {
        #expect(mask.masked(text) == expected, sourceLocation: place)
        let bytes = Array(text.utf8)
        for cut in bytes.indices {
            var stream = MaskedStream(mask)
            let out = stream.add(Array(bytes[..<cut])) + stream.add(Array(bytes[cut...])) + stream.finish()
            #expect(String(decoding: out, as: UTF8.self) == expected, "cut at \(cut)", sourceLocation: place)
        }
        var stream = MaskedStream(mask)
        let single = bytes.flatMap { stream.add([$0]) } + stream.finish()
        #expect(String(decoding: single, as: UTF8.self) == expected, sourceLocation: place)
    }

    @Test func aValueIsThreeStarsHoweverItIsCut() {
        let mask = Self.mask("hunter22")
        expect("password: hunter22!", masked: "password: ***!", mask)
        expect("hunter2hunter22hunter2", masked: "hunter2***hunter2", mask)
        expect("hunter22hunter22", masked: "***", mask)
        expect("no secret here, hunter2", masked: "no secret here, hunter2", mask)
    }

    @Test func linesStayLinesWhereASecretIsBroken() {
        let mask = Self.mask("hunter22")
        expect("a hunt\ner22 b\n", masked: "a ***\n*** b\n", mask)
        expect("a hunt\r\ner22 b\r\n", masked: "a ***\r\n*** b\r\n", mask)
        // Empty lines in plenty are between two things.
        expect("hunt\n\n\n\n\n\ner22", masked: "hunt\n\n\n\n\n\ner22", mask)
    }

    @Test("Base64, at every place in a longer text, in both alphabets, with and without padding")
    func base64() {
        for value in ["hunter22", "hunter2!!", "hunter2???", "abcd", "\u{3fe}\u{3ff}~~??>>"] {
            let mask = Self.mask(value)
            for before in 0...5 {
                for after in 0...4 {
                    let text = String(repeating: "x", count: before) + value + String(repeating: "y", count: after)
                    for inURLs in [false, true] {
                        for padding in [false, true] {
                            let encoded = encode(Array(text.utf8), inURLs, padding)
                            let masked = mask.masked("key \(encoded) end")
                            #expect(masked.contains("***") && masked.hasPrefix("key ") && masked.hasSuffix(" end"))
                            // What is left is of the neighbours: at most a few characters on either side.
                            let rest = masked.dropFirst(4).dropLast(4).filter { $0 != "*" }
                            #expect(rest.count <= (before + after) * 4 / 3 + 4, "\(encoded) → \(masked)")
                            if after == 0 { #expect(!rest.contains("="), "\(masked)") }
                        }
                    }
                }
            }
        }
    }

    @Test func base64ThatIsWrappedAsTheCommandDoes() {
        let value = String((0..<90).map { Character(UnicodeScalar(UInt8(33 + $0 * 7 % 90))) })
        let mask = Self.mask(value)
        for before in [0, 1, 20, 55, 56, 57] {
            let encoded = encode(Array((String(repeating: "x", count: before) + value + "\n").utf8), false, true)
            var wrapped = ""
            for (index, character) in encoded.enumerated() { wrapped += (index > 0 && index % 76 == 0 ? "\n" : "") + String(character) }
            let masked = mask.masked(wrapped + "\n")
            #expect(masked.filter { $0 != "\n" && $0 != "*" }.count <= before * 4 / 3 + 5, "\(masked)")
            #expect(masked.split(separator: "\n").count == wrapped.split(separator: "\n").count)
        }
    }

    @Test(
        "Escapes and other encodings",
        arguments: [
            "s3cr3t/+token\\\"&<42>'%", "s3cr3t/+token\\\"\\u0026\\u003c42\\u003e'%", "s3cr3t/+token&#34;&amp;&lt;42&gt;&#39;%",
            "s3cr3t/+token\"&<42>'\\''%", "s3cr3t%2F%2Btoken%22%26%3C42%3E%27%25", "s3cr3t%2f%2btoken%22%26%3c42%3e'%25",
            "%73%33%63%72%33%74%2F%2B%74%6F%6B%65%6E%22%26%3C%34%32%3E%27%25", "s3cr3t/+token%22&%3C42%3E'%25",
            "7333637233742f2b746f6b656e22263c34323e2725", "7333637233742F2B746F6B656E22263C34323E2725",
        ])
    func otherSpellings(_ spelling: String) {
        expect("a \(spelling) b", masked: "a *** b", Self.mask(Self.token))
    }

    @Test func aPlusIsASpaceInQueries() {
        let mask = Self.mask("correct horse battery")
        expect("?q=correct+horse+battery&x", masked: "?q=***&x", mask)
        expect("?q=correct%20horse%20battery&x", masked: "?q=***&x", mask)
        expect("1+1 = 2, 100% sure, %zz %4", masked: "1+1 = 2, 100% sure, %zz %4", mask)
    }

    @Test func everyLongLineOfAValueIsOne() {
        let mask = SecretMask([("key", Array("-----BEGIN KEY-----\nMIIEvQIBADAN\nxyz\nBgkqhkiG9w0B\n-----END KEY-----\n".utf8))])
        expect("got MIIEvQIBADAN only\n", masked: "got *** only\n", mask)
        expect("  BgkqhkiG9w0B\n", masked: "  ***\n", mask)
        expect("xyz stays", masked: "xyz stays", mask)
        let whole = "-----BEGIN KEY-----\\nMIIEvQIBADAN\\nxyz\\nBgkqhkiG9w0B\\n-----END KEY-----"
        expect("{\"key\":\"\(whole)\"}", masked: "{\"key\":\"***\"}", mask)
    }

    @Test func shortValuesAreNotLookedFor() {
        #expect(Self.mask("abc").isEmpty && Self.mask("\nabc\n").isEmpty && SecretMask.none.isEmpty)
        #expect(!Self.mask("abcd").isEmpty)
        expect("abcd", masked: "***", Self.mask("abcd\n"))
    }

    @Test func aSearchNamesTheSecret() {
        let mask = SecretMask([("one", Array("first-value".utf8)), ("two", Array("second-value".utf8))])
        #expect(mask.secret(in: Array("x second-value y".utf8)) == "two")
        #expect(mask.secret(in: encode(Array("..first-value..".utf8), true, false).utf8.map { $0 }) == "one")
        #expect(mask.secret(in: Array("first-valu second-valu".utf8)) == nil)
        var search = mask.search()
        for byte in "....first-value".utf8 { withUnsafeBytes(of: byte) { search.add($0) } }
        #expect(search.found == "one")
        #expect(SecretMask.none.secret(in: Array("first-value".utf8)) == nil)
    }

    @Test("Random texts of few letters: what a plain search finds is masked, whatever the cuts; nothing else is", arguments: 0..<40)
    func randomTexts(seed: Int) {
        var random = Numbers(state: UInt64(seed) &* 7919 &+ 1)
        func word(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(ascii: "a") + UInt8(random.next(3)) } }
        let secrets = (0..<(1 + random.next(3))).map { _ in word(4 + random.next(6)) }
        let mask = SecretMask(secrets.enumerated().map { ("\($0)", $1) })
        let text = word(400)
        var covered = [Bool](repeating: false, count: text.count)
        for secret in secrets {
            for start in 0...(text.count - secret.count) where text[start..<(start + secret.count)].elementsEqual(secret) {
                for index in start..<(start + secret.count) { covered[index] = true }
            }
        }
        var expected: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if !covered[index] { expected.append(byte) } else if index == 0 || !covered[index - 1] { expected += Array("***".utf8) }
        }
        var stream = MaskedStream(mask)
        var out: [UInt8] = []
        var place = 0
        while place < text.count {
            let end = min(text.count, place + 1 + random.next(9))
            out += stream.add(Array(text[place..<end]))
            place = end
        }
        out += stream.finish()
        #expect(String(decoding: out, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    }

    private struct Numbers {
        var state: UInt64

        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    /// RFC 4648.
    private func encode(_ bytes: [UInt8], _ inURLs: Bool, _ padding: Bool) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + (inURLs ? "-_" : "+/"))
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0...group.count { text.append(alphabet[number >> (18 - 6 * index) & 63]) }
            if padding { text += String(repeating: "=", count: 3 - group.count) }
        }
        return text
    }
}
