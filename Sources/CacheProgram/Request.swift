/// One request of the go command, read from its line of JSON; it knows no stream.
import Cache

struct Request: Equatable {
    enum Command: Equatable { case get, put, close, unknown }

    /// To be given back in the answer.
    var id: Int64
    var command = Command.unknown
    var action: BuildID?
    var output: BuildID?
    /// In bytes; a body of any follows the request.
    var bodySize = 0
}

extension Request {
    /// Nil for a line that no answer can be given to: no JSON object, or one without an ID. Fields that are not known,
    /// or not of their type, count as absent.
    init?(_ line: UnsafeRawBufferPointer) {
        var scanner = JSONScanner(line)
        guard scanner.skip("{") else { return nil }
        var id: Int64?
        var request = Request(id: 0)
        var isFirst = true
        while !scanner.skip("}") {
            guard isFirst || scanner.skip(","), let name = scanner.string(), scanner.skip(":"),
                let value = scanner.value()
            else { return nil }
            isFirst = false
            switch (name, value) {
            case ("ID", .number(let number)): id = number
            case ("Command", .string("get")): request.command = .get
            case ("Command", .string("put")): request.command = .put
            case ("Command", .string("close")): request.command = .close
            case ("ActionID", .string(let text)): request.action = BuildID(base64: text)
            // Until Go 1.24 the output's id could have another name.
            case ("OutputID", .string(let text)): request.output = BuildID(base64: text) ?? request.output
            case ("ObjectID", .string(let text)): request.output = request.output ?? BuildID(base64: text)
            case ("BodySize", .number(let number)): request.bodySize = Int(number)
            default: break
            }
        }
        guard let id, scanner.isAtEnd, request.bodySize >= 0 else { return nil }
        self = request
        self.id = id
    }
}
