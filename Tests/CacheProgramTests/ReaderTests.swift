/// Requests and bodies are read right however the pipe cuts them; what is no request is skipped.
import Cache
import Testing

@testable import CacheProgram

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ReaderTests {
    /// What a reader makes of an input that comes in these pieces.
    private func read(_ pieces: [[UInt8]]) -> [(request: Request, body: [UInt8]?)] {
        let pipe = makePipe()
        var rest = pieces[...]
        var isOpen = true
        let reader = RequestReader(from: pipe.read) {
            if let piece = rest.popFirst() {
                writeAll(piece, to: pipe.write)
            } else if isOpen {
                close(pipe.write)
                isOpen = false
            }
        }
        defer { close(pipe.read) }
        var found: [(Request, [UInt8]?)] = []
        while let request = reader.next() {
            var body: [UInt8]? = []
            if request.bodySize > 0, !reader.body({ body! += $0 }) { body = nil }
            found.append((request, body))
        }
        return found
    }

    private static let bodies = [[], [7], someBytes(2), someBytes(3), someBytes(100)]
    private static let text: [UInt8] =
        getLine(1, actionID(1)) + bodies.enumerated().flatMap { putLines(Int64($0.offset) + 2, actionID($0.offset), $0.element) }
        + Array("{\"ID\":9,\"Command\":\"close\"}\n\n".utf8)

    private func expectAll(_ found: [(request: Request, body: [UInt8]?)], _ comment: Comment) {
        #expect(found.map(\.request.id) == [1, 2, 3, 4, 5, 6, 9], comment)
        #expect(found.map(\.request.command) == [.get] + [Request.Command](repeating: .put, count: 5) + [.close], comment)
        #expect(found.dropFirst().prefix(5).map(\.body) == Self.bodies, comment)
        #expect(found.first?.request.action == actionID(1), comment)
        #expect(found.dropFirst().prefix(5).map(\.request.output) == Self.bodies.map(outputID), comment)
    }

    @Test func aCutAtEveryByteChangesNothing() {
        for cut in 0...Self.text.count {
            expectAll(read([Array(Self.text[..<cut]), Array(Self.text[cut...])].filter { !$0.isEmpty }), "cut at \(cut)")
        }
        expectAll(read(Self.text.map { [$0] }), "byte by byte")
    }

    @Test func anEndAtEveryByteIsAnEnd() {
        // The last two bytes are line ends.
        for end in 0..<(Self.text.count - 2) {
            let found = read([Array(Self.text[..<end])].filter { !$0.isEmpty })
            #expect(found.count < 7)
            // A body is whole or said not to be.
            for (request, body) in found where request.bodySize > 0 { #expect(body == nil || body?.count == request.bodySize) }
        }
    }

    @Test func longBodiesComeInPiecesOfBoundedSize() {
        let body = someBytes(1_000_003)
        let pipe = makePipe()
        let text = putLines(1, actionID(1), body) + getLine(2, actionID(2))
        var rest = text[...]
        let reader = RequestReader(from: pipe.read) {
            let piece = rest.prefix(4096)
            rest = rest.dropFirst(4096)
            writeAll(Array(piece), to: pipe.write)
        }
        defer { [pipe.read, pipe.write].forEach { close($0) } }
        #expect(reader.next()?.bodySize == body.count)
        var got: [UInt8] = []
        var longest = 0
        let isWhole = reader.body {
            got += $0
            longest = max(longest, $0.count)
        }
        #expect(isWhole)
        #expect(got == body)
        #expect(longest <= 1 << 16)
        #expect(reader.next()?.id == 2)
    }

    private static let noRequests = [
        "", " ", "no JSON", "[1]", "{", "{}", "{\"Command\":\"get\"}", "{\"ID\":\"1\"}", "{\"ID\":1,}", "{\"ID\":1} x",
        "{\"ID\":1.5}", "{\"ID\":99999999999999999999}", "{\"ID\":1,\"BodySize\":-1}", "\u{0}", "\"\"", "{\"ID\":1,\"x\":{\"y\":[}",
        "{\"ID\":1,\"x\":\"\\u12\"}", "{\"ID\":1,\"x\":\"\\q\"}", String(repeating: "{", count: 3_000_000),
        "{\"ID\":1,\"x\":\"" + String(repeating: "x", count: 3_000_000) + "\"}",
    ]

    @Test(arguments: noRequests.indices)
    func whatIsNoRequestIsSkipped(index: Int) {
        let line = Self.noRequests[index]
        let bytes = Array((line + "\n").utf8) + getLine(5, actionID(5))
        // A pipe has room for that much, whatever the limits of the user's pipes are.
        let size = 4096
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        #expect(read(pieces).map(\.request.id) == [5], "\(line.prefix(80))")
    }

    @Test func whatIsNotKnownIsSteppedOver() throws {
        let text = """
            {"New":{"a":["]}",{}],"b":null},"ID" : 7 ,"Command":"g\\u0065t","Flag":true,"Real":-1.5e3,"ActionID":7,"Text":"\\"}"}\n
            """
        let found = read([Array(text.utf8)])
        #expect(found.map(\.request) == [Request(id: 7, command: .get)])
    }

    /// Go 1.24 and those before it could say ObjectID.
    @Test func theOutputsOlderNameIsUnderstood() {
        let id = String(decoding: base64(actionID(3).bytes), as: UTF8.self)
        for text in ["{\"ID\":1,\"ObjectID\":\"\(id)\"}\n", "{\"ID\":1,\"ObjectID\":\"\",\"OutputID\":\"\(id)\"}\n"] {
            #expect(read([Array(text.utf8)]).map(\.request.output) == [actionID(3)])
        }
    }

    @Test(arguments: ["\"AAA\"", "\"A===\"", "\"AAAA!AAA\"", "\"AA==AAAA\"", "\"AAA=AAA=\"", "\"=\"", "7"])
    func aBodyThatIsNoBase64IsBroken(body: String) {
        let text = "{\"ID\":1,\"Command\":\"put\",\"BodySize\":3}\n\n\(body)\n"
        let found = read([Array(text.utf8) + getLine(2, actionID(2))])
        #expect(found.map(\.request.id) == [1, 2])
        #expect(found.first?.body == nil)
    }
}
