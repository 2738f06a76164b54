/// Where text leaves the process: the only door to standard output and error. It knows bytes, not what they say.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package protocol OutputSink: Sendable {
    /// Writes all of `text` at once. False when it could not be written, e.g. to a full disk.
    @discardableResult
    func write(_ text: String) -> Bool
}

/// A file descriptor that somebody else opened and closes.
package struct DescriptorSink: OutputSink {
    package static let standardOutput = DescriptorSink(STDOUT_FILENO)
    package static let standardError = DescriptorSink(STDERR_FILENO)

    package let descriptor: Int32

    package init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Blocks until all is written, however slow the reader. A reader that is gone (EPIPE) wanted no more: the rest is
    /// dropped, and that is no failure.
    @discardableResult
    package func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            withoutPipeSignal { writeAll(UnsafeRawBufferPointer(bytes)) }
        }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = writeSome(descriptor, UnsafeRawBufferPointer(rebasing: rest))
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK:
                // Whoever shares the terminal may have made it non-blocking.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            case EPIPE: return true
            default: return false
            }
        }
        return true
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Of the terminal as it is now; nil when it is none or does not say.
    package var size: TerminalSize? {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return nil
        }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }
}

/// A free function, for `write` names the method inside the type.
private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// Turns SIGPIPE into EPIPE for this thread and this time only, so that what children inherit stays as it is.
private func withoutPipeSignal(_ body: () -> Bool) -> Bool {
    var pipeOnly = sigset_t()
    sigemptyset(&pipeOnly)
    sigaddset(&pipeOnly, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &pipeOnly, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let wasPending = isPending(SIGPIPE)
    defer {
        if !wasPending, isPending(SIGPIPE) {
            var taken: Int32 = 0
            sigwait(&pipeOnly, &taken)
        }
    }
    return body()
}

private func isPending(_ signal: Int32) -> Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return sigismember(&pending, signal) == 1
}
