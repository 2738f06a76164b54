/// Ctrl-C and its kin: the first ends the children and lets the store come to rest, the second ends everything.
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The handler may only write to a pipe; the descriptor is set before any handler is.
nonisolated(unsafe) private var wakeUp: Int32 = -1

final class Interruption: Sendable {
    private let count = Mutex(0)

    var isRequested: Bool { count.withLock { $0 > 0 } }

    /// Watches for SIGINT, SIGTERM and SIGHUP from now on, on a thread of its own.
    init(ending groups: ProcessGroups) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wakeUp = ends[1]
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { _ in
                var byte: UInt8 = 0
                _ = write(wakeUp, &byte, 1)
            }
        }
        let reader = ends[0]
        startThread { [weak self] in
            var byte: UInt8 = 0
            while true {
                let got = read(reader, &byte, 1)
                if got < 0, errno == EINTR { continue }
                guard got == 1, let self else { return }
                let times = self.count.withLock { count in
                    count += 1
                    return count
                }
                guard times == 1 else {
                    groups.killAll()
                    _exit(ProcessExit.interrupted.rawValue)
                }
                groups.terminateAll()
                // Those that do not go when asked are made to.
                startThread {
                    sleep(UInt32(terminationGrace.components.seconds))
                    groups.killAll()
                }
            }
        }
    }
}
