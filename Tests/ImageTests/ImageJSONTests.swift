/// JSON of images: equal values have equal bytes, and what is no JSON is refused.
import Testing

@testable import Image

@Suite("JSON of images")
struct ImageJSONTests {
    @Test("Members stand in the order of their bytes, and nothing else does")
    func isCanonical() {
        let json: ImageJSON = ["b": 1, "a": ["x", true, .null], "Z": ["é\n\"\\\u{1}": 2.description.isEmpty ? 0 : 2], "é": "/"]
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"Z":{"é\u000a\"\\\u0001":2},"a":["x",true,null],"b":1,"é":"/"}"#)
    }

    @Test(
        "What is written is read back", arguments: [
            #"{"a":[1,-2.5e10,"x\u00e9\ud83d\ude00\/\b\f\n\r\t"],"b":{"c":null,"d":false}}"#, "[]", "{}", " [ 1 , { } ] ", "\"\"", "0",
        ])
    func isReadBack(_ text: String) throws {
        let json = try #require(ImageJSON(text.utf8))
        #expect(ImageJSON(json.bytes) == json)
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "nul", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"\\u12g4\"", "1 2", "+1", ".5", "1.",
            "--1", "[1", "\"a", "{\"a\":1,\"a\":2}", String(repeating: "[", count: 100_000),
        ])
    func isRefused(_ text: String) {
        #expect(ImageJSON(text.utf8) == nil)
    }

    @Test("Text that is not UTF-8 is refused")
    func refusesOtherText() {
        #expect(ImageJSON([UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\"")]) == nil)
    }
}
