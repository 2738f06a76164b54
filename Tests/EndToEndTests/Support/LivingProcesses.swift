/// Who is alive on this machine, by what /proc tells; it knows paths and no programs.
import Files
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum LivingProcesses {
    /// Processes whose command line or environment has `text` in it, such as the path of a test's own store: `PID WORDS`.
    static func naming(_ text: String) -> [String] {
        (names(in: "/proc") ?? []).filter { $0.allSatisfy(\.isNumber) && $0 != "\(getpid())" }.compactMap { pid in
            // Dead ones that nobody has waited for are no more than an entry.
            guard let status = readText("/proc/\(pid)/stat"), !status.contains(") Z ") else { return nil }
            let words = readText("/proc/\(pid)/cmdline") ?? ""
            guard words.contains(text) || readText("/proc/\(pid)/environ")?.contains(text) == true else { return nil }
            return "\(pid) \(words.replacing("\0", with: " "))"
        }
    }

    /// Those that are still there after a while; a process that is being ended takes its time on a busy machine.
    static func remaining(naming text: String, after limit: Duration = .seconds(10)) async throws -> [String] {
        let end = ContinuousClock.now + limit
        while true {
            let alive = naming(text)
            if alive.isEmpty || ContinuousClock.now > end { return alive }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
