/// Shows a run as it happens: one consumer of the run's events, on a thread of its own. It knows when, not how.
import Run

/// A view of a run. Its methods are called one at a time, from one thread, which they may keep waiting.
package protocol RunReporter: Sendable {
    /// How often `refresh` is called while nothing happens; nil for a view that only events change.
    var refreshInterval: Duration? { get }

    mutating func handle(_ event: RunEvent)

    /// Brings on screen what was handled, and the time that went by.
    mutating func refresh()

    /// The stream has ended, after `.finished` or because the run could not go on.
    mutating func close()
}

extension RunReporter {
    package var refreshInterval: Duration? { nil }
    package mutating func refresh() {}
    package mutating func close() {}
}

/// Feeds `reporter` until the stream ends, and returns when all is written. A slow reader of the output and a busy
/// thread pool do not wait for each other: events are handed over to a thread that may block.
package func report(_ events: AsyncStream<RunEvent>, with reporter: some RunReporter) async {
    let mailbox = Mailbox<RunEvent>()
    async let shown: Void = withCheckedContinuation { done in
        startThread {
            var reporter = reporter
            while let events = mailbox.take(waitingAtMost: reporter.refreshInterval) {
                for event in events { reporter.handle(event) }
                reporter.refresh()
            }
            reporter.close()
            done.resume()
        }
    }
    for await event in events { mailbox.put(event) }
    mailbox.close()
    await shown
}
