/// What the go command may rely on: every request is answered, a get after a put hits, and nothing but its own end
/// ends the program.
import Files
import FoundationEssentials
import TestSupport
import Testing

@testable import Cache
@testable import CacheProgram

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ProtocolTests {
    let folder = TemporaryFolder()

    private func store() throws -> Store { try Store(root: "\(folder.path)/store") }

    @Test func greetsBeforeItLooksForAStore() {
        let conversation = Conversation {
            usleep(200_000)
            return BuildCache(store: nil, family: "any", usesFile: nil, refuge: Refuge(in: "/dev/null"))
        }
        #expect(conversation.greeting == Answer(ID: 0, KnownCommands: ["get", "put", "close"]))
        #expect(conversation.finish(3) == Answer(ID: 3))
        #expect(conversation.answer() == nil)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 100, 65_535, 65_536, 1_000_003, 16 << 20])
    func aGetAfterAPutHits(size: Int) throws {
        let store = try store()
        let conversation = store.conversation()
        let body = someBytes(size, seed: UInt64(size))
        #expect(conversation.get(1, actionID(1)) == Answer(ID: 1, Miss: true))
        let before = time(nil)
        let put = conversation.put(2, actionID(1), body)
        #expect(put == Answer(ID: 2, DiskPath: store.blob(outputID(body))))
        let got = try #require(conversation.get(3, actionID(1)))
        #expect(got.ID == 3 && got.Miss == nil && got.Err == nil && got.Size == size)
        #expect(got.OutputID.map { [UInt8]($0) } == outputID(body).bytes)
        #expect(got.DiskPath == store.blob(outputID(body)))
        #expect(try readFile(store.blob(outputID(body))) == body)
        let noted = try #require(got.Time.flatMap(seconds))
        #expect((before...time(nil)).contains(noted), "\(got.Time ?? "")")
        #expect(conversation.finish() == Answer(ID: 1_000_000))
        #expect(names(in: store.temporary) == [])
    }

    /// The C library's own reading of a time in RFC 3339.
    private func seconds(_ text: String) -> Int? {
        guard text.count == 30, text.hasSuffix("Z") else { return nil }
        let parts = text.prefix(19).split { "-T:".contains($0) }.compactMap { Int32($0) }
        guard parts.count == 6 else { return nil }
        var broken = tm()
        (broken.tm_year, broken.tm_mon, broken.tm_mday) = (parts[0] - 1900, parts[1] - 1, parts[2])
        (broken.tm_hour, broken.tm_min, broken.tm_sec) = (parts[3], parts[4], parts[5])
        return timegm(&broken)
    }

    @Test(arguments: [0, 1, 951_782_400, 951_868_799, 4_107_542_399, 1_709_164_800, 9_223_372_035, 86_400 * 365])
    func timesAreWrittenAsOthersReadThem(second: Int64) throws {
        let pipe = makePipe()
        let answers = AnswerWriter(to: pipe.write)
        answers.hit(1, BuildCache.Entry(output: actionID(1), size: 0, time: second * 1_000_000_000 + 42, path: "/a\"\\\n\u{1f}é"))
        answers.send()
        close(pipe.write)
        defer { close(pipe.read) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(pipe.read, &buffer, buffer.count)
        let answer = try JSONDecoder().decode(Answer.self, from: Data(buffer[..<count]))
        #expect(answer.Time.flatMap(seconds) == Int(second))
        #expect(answer.Time?.hasSuffix(".000000042Z") == true)
        #expect(answer.DiskPath == "/a\"\\\n\u{1f}é")
    }

    @Test func aBodyThatIsNotWhatItsIDSaysIsNotKept() throws {
        let store = try store()
        let conversation = store.conversation()
        let body = someBytes(100_000)
        #expect(conversation.put(1, actionID(1), body, output: outputID([1]))?.Err == "the body is not what its OutputID says")
        // Nor one of another size than was said.
        var lines = String(decoding: putLines(2, actionID(2), [1, 2, 3]), as: UTF8.self)
        lines.replace("\"BodySize\":3", with: "\"BodySize\":4")
        conversation.send(lines)
        #expect(conversation.answer()?.Err == "the body is not what its OutputID says")
        #expect(conversation.get(3, actionID(1)) == Answer(ID: 3, Miss: true))
        #expect(conversation.get(4, actionID(2)) == Answer(ID: 4, Miss: true))
        #expect(conversation.put(5, actionID(1), body)?.Err == nil)
        #expect(conversation.get(6, actionID(1))?.Size == body.count)
        _ = conversation.finish()
        #expect(try filesBelow("\(store.path)/blobs").count == 1)
        #expect(names(in: store.temporary) == [])
    }

    @Test func whatIsNotUnderstoodIsAnswered() throws {
        let conversation = try store().conversation()
        conversation.send("garbage\n{\"ID\":4,\"Command\":\"get2\",\"Depth\":[1]}\n{\"ID\":5,\"Command\":\"get\"}\n")
        conversation.send("{\"ID\":6,\"Command\":\"put\",\"BodySize\":3}\n\n\"AAAA\"\n{\"ID\":7}\n")
        conversation.send("{\"ID\":8,\"Command\":\"put\",\"BodySize\":3}\n\n\"A*AA\"\n")
        #expect(
            (0..<5).map { _ in conversation.answer() } == [
                Answer(ID: 4, Err: "unknown command"), Answer(ID: 5, Err: "a get without an ActionID"),
                Answer(ID: 6, Err: "a put without its ids"), Answer(ID: 7, Err: "unknown command"),
                Answer(ID: 8, Err: "a body that is no base64 string"),
            ])
        #expect(conversation.finish()?.ID == 1_000_000)
    }

    @Test func anEarlyEndLeavesNothing() throws {
        let store = try store()
        let lines = putLines(1, actionID(1), someBytes(300_000))
        for end in [0, 20, 130, 200, 4096, 200_000, lines.count - 3] {
            let conversation = store.conversation()
            conversation.send(lines[..<end])
            conversation.hangUp()
            #expect(names(in: store.temporary) == [], "after \(end) bytes")
        }
        #expect(try filesBelow("\(store.path)/blobs") == [])
    }

    @Test func manyRequestsAtOnceAreAllAnswered() throws {
        let store = try store()
        let conversation = store.conversation()
        let bodies = (0..<200).map { someBytes($0 * 37 % 5_000, seed: UInt64($0)) }
        conversation.send(bodies.enumerated().flatMap { putLines(Int64($0.offset) + 1, actionID($0.offset), $0.element) })
        let puts = (0..<200).map { _ in conversation.answer() }
        #expect(Set(puts.compactMap { $0?.ID }) == Set(1...200))
        conversation.send((0..<400).flatMap { getLine(Int64($0) + 1000, actionID($0)) })
        for number in 0..<400 {
            let answer = try #require(conversation.answer())
            #expect(answer.ID == Int64(number) + 1000)
            #expect(answer.Miss == (number < 200 ? nil : true))
            if number < 200 { #expect(try readFile(answer.DiskPath ?? "") == bodies[number]) }
        }
        _ = conversation.finish()
    }

    @Test func usesAreWrittenDown() throws {
        let store = try store()
        let file = "\(folder.path)/uses"
        let first = store.conversation(uses: file)
        for number in 0..<300 { _ = first.put(Int64(number), actionID(number), [1]) }
        // Of a go command that is killed now, most is there.
        #expect(try readFile(file).count >= 200 * 32)
        _ = first.finish()
        #expect(try readFile(file) == (0..<300).flatMap { actionID($0).bytes })

        let second = store.conversation(uses: file)
        _ = second.get(1, actionID(7))
        _ = second.get(2, actionID(999))
        second.hangUp()
        #expect(try readFile(file).dropFirst(300 * 32) == actionID(7).bytes[...])
    }
}
