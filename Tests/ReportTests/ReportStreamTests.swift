/// The one consumer of the stream: nothing is lost, and time passes on screen however busy the thread pool is.
import Action
import Run
import Synchronization
import Testing

@testable import Report

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ReportStreamTests {
    /// Counts what a reporter is told.
    private final class Book: Sendable {
        let events = Mutex<[String]>([])
        let refreshes = Mutex(0)
        let closings = Mutex(0)
    }

    private struct Witness: RunReporter {
        let book: Book
        var refreshInterval: Duration?

        mutating func handle(_ event: RunEvent) {
            if case .preparing(let what) = event { book.events.withLock { $0.append(what) } }
        }
        mutating func refresh() { book.refreshes.withLock { $0 += 1 } }
        mutating func close() { book.closings.withLock { $0 += 1 } }
    }

    @Test func everyEventInItsOrderThenTheEnd() async {
        let book = Book()
        let (stream, events) = AsyncStream.makeStream(of: RunEvent.self)
        async let reported: Void = report(stream, with: Witness(book: book))
        for index in 0..<5000 { events.yield(.preparing("\(index)")) }
        events.finish()
        await reported
        #expect(book.events.withLock { $0 } == (0..<5000).map { "\($0)" })
        #expect(book.closings.withLock { $0 } == 1)
    }

    @Test func theTickerDoesNotStarve() async {
        let book = Book()
        let (stream, events) = AsyncStream.makeStream(of: RunEvent.self)
        async let reported: Void = report(stream, with: Witness(book: book, refreshInterval: .milliseconds(20)))
        events.yield(.preparing("first"))
        while book.events.withLock({ $0.isEmpty }) { await Task.yield() }
        let before = book.refreshes.withLock { $0 }
        // Every thread of the pool sleeps, as one that waits for a disk or a process would.
        await withTaskGroup { group in
            for _ in 0..<(sysconf(Int32(_SC_NPROCESSORS_ONLN)) * 2) { group.addTask { usleep(400_000) } }
        }
        #expect(book.refreshes.withLock { $0 } - before >= 5)
        events.finish()
        await reported
    }

    @Test func withoutAnIntervalOnlyEventsWakeIt() async {
        let book = Book()
        let (stream, events) = AsyncStream.makeStream(of: RunEvent.self)
        async let reported: Void = report(stream, with: Witness(book: book))
        try? await Task.sleep(for: .milliseconds(150))
        #expect(book.refreshes.withLock { $0 } == 0)
        events.finish()
        await reported
        #expect(book.closings.withLock { $0 } == 1)
    }
}
