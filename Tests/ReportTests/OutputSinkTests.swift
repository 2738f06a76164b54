/// The door to a file descriptor, through real pipes.
import TestSupport
import Testing

@testable import Report

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct OutputSinkTests {
    private func makePipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// More than a pipe holds, non-blocking, so that writes are short and refused in between.
    @Test func everythingArrivesAtASlowReader() async throws {
        let (reading, writing) = makePipe()
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        let text = (0..<60_000).map { "line \($0)\n" }.joined()
        let reader = OwnThread {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4000)
            while true {
                let count = read(reading, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(DescriptorSink(writing).write(text))
        close(writing)
        let received = try await reader.value
        close(reading)
        #expect(received == text)
    }

    @Test func aReaderThatLeftIsNoFailure() {
        let (reading, writing) = makePipe()
        close(reading)
        // With the default action, SIGPIPE would end the tests here.
        let before = signal(SIGPIPE, SIG_DFL)
        #expect(DescriptorSink(writing).write("nobody reads this\n"))
        signal(SIGPIPE, before)
        close(writing)
    }

    @Test func aDescriptorThatIsNotOpenIsAFailure() {
        #expect(!DescriptorSink(-1).write("x"))
        #expect(!DescriptorSink(-1).isTerminal)
        #expect(DescriptorSink(-1).size == nil)
    }

    @Test func aTerminalTellsItsSize() {
        // The leader of a pseudoterminal is one as well.
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        var window = winsize(ws_row: 30, ws_col: 97, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(terminal, UInt(TIOCSWINSZ), &window) == 0)
        #expect(DescriptorSink(terminal).isTerminal)
        #expect(DescriptorSink(terminal).size == TerminalSize(columns: 97, rows: 30))
    }
}
