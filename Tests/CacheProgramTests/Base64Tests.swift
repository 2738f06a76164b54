/// Base64 in pieces cut anywhere is the text's bytes, by another's encoder; what is none is found out.
import Cache
import FoundationEssentials
import Testing

@testable import CacheProgram

@Suite struct Base64Tests {
    private func decode(_ pieces: [[UInt8]]) -> [UInt8]? {
        var decoder = Base64Decoder()
        var bytes: [UInt8] = []
        for piece in pieces {
            bytes += [UInt8](unsafeUninitializedCapacity: Base64Decoder.capacity(for: piece.count) + 1) { target, count in
                count = piece.withUnsafeBytes { decoder.decode($0, into: target.baseAddress!) }
            }
        }
        return decoder.isWhole ? bytes : nil
    }

    @Test func everyLengthAndCut() {
        for count in 0..<40 {
            let bytes = someBytes(count, seed: UInt64(count))
            let text = [UInt8](Data(bytes).base64EncodedString().utf8)
            #expect(base64(bytes) == text)
            for first in 0...text.count {
                for second in first...text.count {
                    #expect(decode([Array(text[..<first]), Array(text[first..<second]), Array(text[second...])]) == bytes)
                }
            }
        }
    }

    @Test func everyWrongCharacterIsFoundOut() {
        let text = [UInt8](Data(someBytes(9)).base64EncodedString().utf8)
        let alphabet = Set([UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8))
        for position in text.indices {
            for byte in UInt8.min ... .max {
                var wrong = text
                wrong[position] = byte
                // Padding has its place at the end, two at most.
                let isRight = alphabet.contains(byte) || byte == UInt8(ascii: "=") && position == text.count - 1
                #expect((decode([wrong]) != nil) == isRight, "\(byte) at \(position)")
            }
        }
    }

    @Test func anIDHas32Bytes() {
        for count in [0, 31, 32, 33] {
            let id = BuildID(base64: Data(someBytes(count)).base64EncodedString())
            #expect(id?.bytes == (count == 32 ? someBytes(32) : nil))
        }
        #expect(BuildID(base64: "not base64") == nil)
    }
}
