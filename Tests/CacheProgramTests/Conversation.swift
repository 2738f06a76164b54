/// The go command's side of the protocol, over two pipes, with the program served on a thread; it knows lines, not
/// stores.
import Action
import Cache
import CacheProgram
import Dispatch
import Files
import FoundationEssentials
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An answer as the go command decodes it.
struct Answer: Decodable, Hashable {
    var ID: Int64
    var Err: String?
    var KnownCommands: [String]?
    var Miss: Bool?
    var OutputID: Data?
    var Size: Int?
    var Time: String?
    var DiskPath: String?
}

/// One served go command. Everything is written before anything is read unless `ask` is used; answers are short.
final class Conversation {
    let input: Int32
    private let answers: Int32
    private let ended = DispatchSemaphore(value: 0)
    private var unread: [UInt8] = []
    private(set) var greeting: Answer?

    init(_ open: @escaping @Sendable () -> BuildCache) {
        let (input, answers) = (makePipe(), makePipe())
        self.input = input.write
        self.answers = answers.read
        let ended = ended
        _ = OwnThread {
            serveBuildCache(input: input.read, output: answers.write, open)
            close(input.read)
            close(answers.write)
            ended.signal()
        }
        greeting = answer()
    }

    deinit {
        close(input)
        close(answers)
    }

    func send(_ bytes: some Collection<UInt8>) { writeAll(Array(bytes), to: input) }
    func send(_ text: String) { send(Array(text.utf8)) }

    /// Nil when the program has closed its side.
    func answer() -> Answer? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(unread[..<end])
                unread.removeSubrange(...end)
                return try! JSONDecoder().decode(Answer.self, from: line)
            }
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = read(answers, &buffer, buffer.count)
            guard count > 0 else { return nil }
            unread += buffer[..<count]
        }
    }

    func get(_ id: Int64, _ action: BuildID) -> Answer? {
        send(getLine(id, action))
        return answer()
    }

    func put(_ id: Int64, _ action: BuildID, _ body: [UInt8], output: BuildID? = nil) -> Answer? {
        let parts = putLines(id, action, body, output: output)
        // A long body does not fit in the pipe; nobody answers before it is over.
        send(parts)
        return answer()
    }

    /// Says goodbye and waits for the end; the answer to `close`.
    func finish(_ id: Int64 = 1_000_000) -> Answer? {
        send("{\"ID\":\(id),\"Command\":\"close\"}\n\n")
        let answer = answer()
        ended.wait()
        return answer
    }

    /// Ends the input without a word and waits for the end of the program.
    func hangUp() {
        // The descriptor stays taken, so that `deinit` closes no stranger's.
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        dup2(null, input)
        close(null)
        ended.wait()
    }
}

func getLine(_ id: Int64, _ action: BuildID) -> [UInt8] {
    Array("{\"ID\":\(id),\"Command\":\"get\",\"ActionID\":\"\(Data(action.bytes).base64EncodedString())\"}\n\n".utf8)
}

/// As the go command writes it: the request, an empty line, the body.
func putLines(_ id: Int64, _ action: BuildID, _ body: [UInt8], output: BuildID? = nil) -> [UInt8] {
    let output = output ?? outputID(body)
    let head =
        "{\"ID\":\(id),\"Command\":\"put\",\"ActionID\":\"\(Data(action.bytes).base64EncodedString())\","
        + "\"OutputID\":\"\(Data(output.bytes).base64EncodedString())\""
        + (body.isEmpty ? "" : ",\"BodySize\":\(body.count)") + "}\n\n"
    return Array((head + (body.isEmpty ? "" : "\"\(Data(body).base64EncodedString())\"\n")).utf8)
}

func outputID(_ body: [UInt8]) -> BuildID {
    var stream = DigestStream()
    body.withUnsafeBytes { stream.add($0) }
    let digits = Array(stream.digest.sha256.utf8)
    return BuildID(
        (0..<32).map { UInt8(String(decoding: digits[($0 * 2)..<($0 * 2 + 2)], as: UTF8.self), radix: 16)! })!
}

/// An action id like no other's.
func actionID(_ number: Int) -> BuildID { outputID(Array("action \(number)".utf8)) }

func someBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var numbers = SeededNumbers(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
}

func makePipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
        precondition(count > 0)
        rest = rest.dropFirst(count)
    }
}

/// A store in a folder, as one go command sees it.
extension Store {
    func conversation(_ family: String = "any", uses: String? = nil, refuge: String? = nil) -> Conversation {
        let path = path
        return Conversation {
            BuildCache(
                store: self, family: family, usesFile: uses, refuge: Refuge(in: refuge ?? "\(path)/temporary"))
        }
    }

    func blob(_ output: BuildID) -> String {
        let name = output.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(path)/blobs/\(name.prefix(2))/\(name)"
    }
}
