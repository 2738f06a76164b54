/// `pipeline elsewhere …`: becomes this program again on what looks like another machine. For `pipeline verify` alone,
/// which starts it; it must be the first thing that a process does, while it has one thread.
import Files
import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What of a process no environment variable says, and how it is to be.
struct OtherMachine: Sendable {
    static let word = "elsewhere"

    /// Gets a line for each thing that really was changed: its name, a tab, how it is now.
    var report: String
    var umask: mode_t
    var hostName: String

    /// The words that start this program so, and then as `arguments` say.
    func words(_ arguments: [String]) -> [String] {
        [Self.word, report, String(umask, radix: 8), hostName] + arguments
    }

    /// Does not return when the arguments are those of `words`.
    static func becomeIfAsked(_ arguments: [String]) {
        guard arguments.first == word, arguments.count > 4, let mask = mode_t(arguments[2], radix: 8) else { return }
        let machine = OtherMachine(report: arguments[1], umask: mask, hostName: arguments[3])
        machine.become(Array(arguments.dropFirst(4)))
    }

    private func become(_ arguments: [String]) -> Never {
        var lines = ["umask\t\(octal(umask))"]
        #if canImport(Glibc)
        if let processor = keepOneProcessor() { lines.append("processors\tone, number \(processor)") }
        if takeHostName() { lines.append("host name\t\(hostName)") }
        #endif
        try? createFile(report, Array(lines.map { $0 + "\n" }.joined().utf8), mode: 0o644)
        _ = Self.setMask(umask)
        let error = replaceProcess(
            with: Command(executable: ownExecutable, arguments: arguments, environment: processEnvironment, directory: "."))
        CommandFailure(.environment, "verify/not-started", "\(error)").show()
        leave(.environment)
    }

    private static func setMask(_ mask: mode_t) -> mode_t {
        #if canImport(Glibc)
        Glibc.umask(mask)
        #else
        Darwin.umask(mask)
        #endif
    }

    /// Of this process.
    static var currentMask: mode_t {
        let mask = setMask(0o022)
        _ = setMask(mask)
        return mask
    }

    func octal(_ mask: mode_t) -> String {
        let digits = String(mask, radix: 8)
        return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

#if canImport(Glibc)
extension OtherMachine {
    /// The last of those that this process may use; nil when there is but one, or the kernel refuses.
    private func keepOneProcessor() -> Int? {
        typealias Affinity = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> Int32
        guard let get = call("sched_getaffinity", Affinity.self), let set = call("sched_setaffinity", Affinity.self) else { return nil }
        var mask = [UInt8](repeating: 0, count: 128)
        guard get(0, mask.count, &mask) == 0 else { return nil }
        let processors = (0..<1024).filter { mask[$0 / 8] >> ($0 % 8) & 1 == 1 }
        guard processors.count > 1, let last = processors.last else { return nil }
        mask = [UInt8](repeating: 0, count: 128)
        mask[last / 8] = 1 << (last % 8)
        return set(0, mask.count, &mask) == 0 ? last : nil
    }

    /// In a UTS namespace of its own; who may not make one by himself makes it in a user namespace, where he stays
    /// who he is.
    private func takeHostName() -> Bool {
        typealias Unshare = @convention(c) (Int32) -> Int32
        typealias SetName = @convention(c) (UnsafePointer<CChar>, Int) -> Int32
        guard let unshare = call("unshare", Unshare.self), let setName = call("sethostname", SetName.self) else { return false }
        let (names, users): (Int32, Int32) = (0x0400_0000, 0x1000_0000)
        if unshare(names) != 0 {
            let (user, group) = (getuid(), getgid())
            guard unshare(names | users) == 0 else { return false }
            for (file, text) in [("setgroups", "deny"), ("uid_map", "\(user) \(user) 1"), ("gid_map", "\(group) \(group) 1")] {
                let descriptor = open("/proc/self/\(file)", O_WRONLY | O_CLOEXEC)
                guard descriptor >= 0 else { continue }
                _ = text.withCString { write(descriptor, $0, text.utf8.count) }
                close(descriptor)
            }
        }
        return setName(hostName, hostName.utf8.count) == 0
    }

    /// A function of libc that Swift does not see.
    private func call<Function>(_ name: String, _ type: Function.Type) -> Function? {
        dlsym(nil, name).map { unsafeBitCast($0, to: type) }
    }
}
#endif
