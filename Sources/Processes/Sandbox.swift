/// Programs in namespaces of their own, which see what they are given and nothing else; it knows how they are started,
/// heard and ended together, not what they are for.
import CSandbox
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A first process stands for it outside. When that one is killed, the kernel kills everything in the sandbox, whatever
/// it did to get away; when this very process dies, the first one ends by itself.
package final class Sandbox: Sendable {
    package struct Program: Sendable {
        package var command: Command
        package var watch: Watch
        /// It has the standard streams of this process.
        package var isInteractive: Bool

        /// What of its calls is told before they happen; each costs it two changes of process.
        package enum Watch: Sendable {
            case nothing
            /// What it opens, reads as a link, and starts.
            case opens
            /// And what it asks whether it is there: there are many more of those.
            case looks
        }

        package init(_ command: Command, watch: Watch = .nothing, isInteractive: Bool = false) {
            self.command = command
            self.watch = watch
            self.isInteractive = isInteractive
        }
    }

    enum Event: Sendable {
        /// As the leader of this process group.
        case started(pid_t)
        case output([UInt8])
        /// It could not become the program that it should be; the errno.
        case failed(Int32)
        case ended(ExitStatus)
    }

    let programs: [Program]
    let groups: ProcessGroups
    /// One for each program.
    let events: [AsyncStream<Event>]
    private let control: Int32
    private let process: pid_t
    /// True when the first process is no more.
    private let isGone = Mutex(false)
    /// Ends when everything is gone.
    private let whileAlive: AsyncStream<Never>
    /// Where connections come from that were asked for, one at a time.
    private let answersOfConnections: Mutex<Int32>

    /// Blocks until the view is in place. `base` is a folder of the outside that the view is put together on; it stays
    /// empty. `onRead` hears the absolute paths that watched programs look at, on a thread of its own.
    package init(
        _ view: SandboxView, base: String, sharesNetwork: Bool = false, _ programs: [Program], in groups: ProcessGroups,
        onRead: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(SandboxRefusal) {
        let isInteractive = programs.contains(where: \.isInteractive)
        var (heard, outputs): ([Int32], [Int32]) = ([], [])
        for program in programs {
            var ends: [Int32] = [-1, -1]
            if !program.isInteractive {
                guard openPipe(&ends) == 0 else { throw SandboxRefusal(.namespaces, errno) }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
            }
            heard.append(ends[0])
            outputs.append(ends[1])
        }
        var answers: [Int32] = [-1, -1]
        _ = openPipe(&answers)
        for end in answers { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        var control: Int32 = -1
        let entries = view.ordered
        let process = withRequest(entries, programs, outputs, base, sharesNetwork, isInteractive) {
            csandbox_start($0, &control)
        }
        let error = errno
        for output in outputs where output >= 0 { close(output) }
        var message = csandbox_message()
        let hasAnswer = process > 0 && csandbox_receive(control, &message) == 1
        guard hasAnswer, message.kind == Int32(CSANDBOX_READY) else {
            for descriptor in heard + answers + [control] where descriptor >= 0 { close(descriptor) }
            if process > 0 { while waitpid(process, nil, 0) < 0, errno == EINTR {} }
            guard hasAnswer else { throw SandboxRefusal(.namespaces, process > 0 ? ECHILD : error) }
            let entry = entries.indices.contains(Int(message.entry)) ? entries[Int(message.entry)].target : nil
            throw SandboxRefusal(SandboxRefusal.Stage(rawValue: message.index) ?? .view, message.value, at: entry)
        }

        self.programs = programs
        self.groups = groups
        self.control = control
        self.process = process
        let streams = programs.map { _ in AsyncStream<Event>.makeStream() }
        events = streams.map(\.stream)
        let (whileAlive, alive) = AsyncStream<Never>.makeStream()
        self.whileAlive = whileAlive
        answersOfConnections = Mutex(answers[0])
        if !groups.insert(process) { kill(process, SIGKILL) }
        let loop = SandboxLoop(
            control: control, outputs: heard, answers: answers[1], events: streams.map(\.continuation), onRead: onRead)
        startThread {
            loop.run()
            self.reap()
            alive.finish()
        }
    }

    func start(_ program: Int) { _ = csandbox_order_program(control, Int32(program)) }

    /// A stream socket that is connected within the sandbox, or nil. `address` is a `sockaddr`.
    package func connect(to address: [UInt8]) -> Int32? {
        answersOfConnections.withLock { answers in
            guard csandbox_order_connection(control, address, UInt32(address.count)) == 0 else { return nil }
            var connection: Int32 = -1
            while read(answers, &connection, 4) < 0, errno == EINTR {}
            return connection >= 0 ? connection : nil
        }
    }

    /// Ends everything that is left in it, and waits until it is gone.
    package func end() async {
        isGone.withLock { isGone in if !isGone { _ = kill(process, SIGKILL) } }
        for await _ in whileAlive {}
    }

    /// The kernel lets the first process be waited for when all others are gone.
    private func reap() {
        kill(process, SIGKILL)
        isGone.withLock { isGone in
            while waitpid(process, nil, 0) < 0, errno == EINTR {}
            isGone = true
        }
        groups.remove(process)
        close(control)
        answersOfConnections.withLock { _ = close($0) }
    }
}

private func withRequest(
    _ entries: [SandboxView.Entry], _ programs: [Sandbox.Program], _ outputs: [Int32], _ base: String, _ sharesNetwork: Bool,
    _ isInteractive: Bool, _ body: (UnsafePointer<csandbox_request>) -> pid_t
) -> pid_t {
    var texts: [UnsafeMutablePointer<CChar>?] = []
    var lists: [UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>] = []
    defer {
        for text in texts { free(text) }
        for list in lists { list.deallocate() }
    }
    func text(_ string: some StringProtocol) -> UnsafePointer<CChar> {
        let copy = strdup(String(string))!
        texts.append(copy)
        return UnsafePointer(copy)
    }
    func list(_ strings: [String]) -> UnsafePointer<UnsafeMutablePointer<CChar>?> {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { list[index] = UnsafeMutablePointer(mutating: text(string)) }
        list[strings.count] = nil
        lists.append(list)
        return UnsafePointer(list)
    }
    let cEntries = entries.map { entry in
        csandbox_entry(
            kind: entry.part.kind, is_folder: entry.isFolder ? 1 : 0, source: entry.part.source.map { text($0) },
            target: text(entry.target.dropFirst()))
    }
    let cPrograms = zip(programs, outputs).map { program, output in
        csandbox_program(
            path: text(program.command.executable), arguments: list([program.command.executable] + program.command.arguments),
            environment: list(program.command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }),
            directory: text(program.command.directory), output: output, watch: program.watch.code)
    }
    return cEntries.withUnsafeBufferPointer { entries in
        cPrograms.withUnsafeBufferPointer { programs in
            var request = csandbox_request(
                entries: entries.baseAddress, entry_count: Int32(entries.count), programs: programs.baseAddress,
                program_count: Int32(programs.count), base: text(base), shares_network: sharesNetwork ? 1 : 0,
                keeps_terminal: isInteractive ? 1 : 0)
            return body(&request)
        }
    }
}

extension Sandbox.Program.Watch {
    fileprivate var code: Int32 {
        switch self {
        case .nothing: Int32(CSANDBOX_UNWATCHED)
        case .opens: Int32(CSANDBOX_OPENS)
        case .looks: Int32(CSANDBOX_LOOKS)
        }
    }
}

extension SandboxView.Part {
    fileprivate var kind: Int32 {
        switch self {
        case .folder: Int32(CSANDBOX_FOLDER)
        case .link: Int32(CSANDBOX_LINK)
        case .readOnly: Int32(CSANDBOX_READ_ONLY)
        case .writable: Int32(CSANDBOX_WRITABLE)
        case .memory: Int32(CSANDBOX_MEMORY)
        case .sealed: Int32(CSANDBOX_SEALED)
        case .processes: Int32(CSANDBOX_PROCESSES)
        case .terminals: Int32(CSANDBOX_TERMINALS)
        }
    }

    fileprivate var source: String? {
        switch self {
        case .link(let text), .readOnly(let text), .writable(let text): text
        case .folder, .memory, .sealed, .processes, .terminals: nil
        }
    }
}

/// By another name than anything here.
private let openPipe = pipe
