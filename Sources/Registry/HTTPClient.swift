/// One HTTP request and its answer, by libcurl; it knows nothing of registries, tries once, and never waits for ever.
import CCurl

package struct HTTPRequest {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: ArraySlice<UInt8>?
    /// Bytes that the answer may have at most.
    package var limit = 8 << 20

    package init(_ method: String, _ url: String) {
        self.method = method
        self.url = url
    }
}

package struct HTTPAnswer {
    package var status: Int
    /// Names in lower case.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package func header(_ name: String) -> String? { headers.last { $0.name == name }?.value }
    package func headers(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
}

/// There was no answer.
package struct HTTPError: Error, CustomStringConvertible {
    package var description: String
    /// Another try may go better.
    package var isTransient: Bool
}

/// Keeps connections between requests. To be used by one thread at a time.
package final class HTTPClient {
    private let session: OpaquePointer
    /// A file of certificates in the place of the system's.
    private let authorities: String?

    /// An error when there is no libcurl.
    package init(authorities: String? = nil) throws(RegistryError) {
        var reason = [CChar](repeating: 0, count: 256)
        guard let session = ccurl_open(&reason, reason.count) else {
            throw RegistryError(
                "registry/no-libcurl", "registries are spoken to by libcurl, and \(text(reason))",
                help: "install it: on Debian and Ubuntu `apt-get install libcurl4`")
        }
        self.session = session
        self.authorities = authorities
    }

    deinit { ccurl_close(session) }

    package func perform(_ request: HTTPRequest) throws(HTTPError) -> HTTPAnswer {
        // A body of more than a megabyte would be announced, and its acceptance waited for.
        let lines = request.headers.map { "\($0.name): \($0.value)" } + ["Expect:"]
        var answer = ccurl_answer()
        defer { ccurl_free(&answer) }
        withStrings(lines) { lines in
            withText(request.method) { method in
                withText(request.url) { url in
                    withText(authorities) { authorities in
                        withBytes(request.body) { body in
                            var asked = ccurl_request()
                            (asked.method, asked.url, asked.headers) = (method, url, lines)
                            (asked.body, asked.body_size) = (body?.baseAddress, body?.count ?? 0)
                            asked.authorities = authorities
                            asked.connect_milliseconds = 15_000
                            asked.stall_seconds = 60
                            // At ten kilobytes a second at worst.
                            asked.total_seconds = 60 + ((body?.count ?? 0) + request.limit) / 10_000
                            asked.limit = request.limit
                            asked.is_direct = isLoopback(hostName(of: request.url)) ? 1 : 0
                            ccurl_perform(session, &asked, &answer)
                        }
                    }
                }
            }
        }
        guard answer.code == 0 else {
            let reason = withUnsafeBytes(of: answer.error) { text($0.map { CChar(bitPattern: $0) }) }
            throw HTTPError(description: reason, isTransient: transientCodes.contains(answer.code))
        }
        let body = answer.body.map { Array(UnsafeBufferPointer(start: $0, count: answer.body_size)) } ?? []
        let head = answer.head.map { head in
            head.withMemoryRebound(to: UInt8.self, capacity: answer.head_size) {
                String(decoding: UnsafeBufferPointer(start: $0, count: answer.head_size), as: UTF8.self)
            }
        }
        return HTTPAnswer(status: answer.status, headers: headerFields(head ?? ""), body: body)
    }
}

/// CURLcode: names not resolved, no connection, cut off, timeouts, nothing said, errors of HTTP/2 and of TLS's start.
private let transientCodes: Set<Int32> = [6, 7, 16, 18, 28, 35, 52, 55, 56, 92, 95]

/// Folded lines are of the past.
private func headerFields(_ head: String) -> [(name: String, value: String)] {
    head.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let value = line[line.index(after: colon)...]
        return (line[..<colon].lowercased(), String(value.trimmingSpaces))
    }
}

extension Substring {
    var trimmingSpaces: Substring {
        var rest = self.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}

private func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func withText(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Void) {
    if let text { text.withCString { body($0) } } else { body(nil) }
}

private func withBytes(_ bytes: ArraySlice<UInt8>?, _ body: (UnsafeBufferPointer<UInt8>?) -> Void) {
    guard let bytes else { return body(nil) }
    bytes.withUnsafeBufferPointer { buffer in
        // Nothing is a body too, and has no address of its own.
        if buffer.baseAddress == nil {
            withUnsafePointer(to: UInt8(0)) { body(UnsafeBufferPointer(start: $0, count: 0)) }
        } else {
            body(buffer)
        }
    }
}

private func withStrings(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Void) {
    let copies = texts.map { text in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
        for (index, byte) in text.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[text.utf8.count] = 0
        return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
}
