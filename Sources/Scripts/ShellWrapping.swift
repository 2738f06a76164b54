/// What stands before a command that only runs it: `sudo -E`, `env A=b`, `timeout 5m`. It knows those programs' options.

struct ShellWrapping {
    /// How many words are before the command; 0 when nothing would be left.
    private(set) var count = 0
    private(set) var assignments: [ShellAssignment] = []
    /// The program runs its command elsewhere.
    private(set) var changesFolder = false

    init(_ words: [ReadWord]) {
        while let next = step(words, from: count) {
            guard next.index < words.count else { return }
            count = next.index
            assignments += next.assignments
            changesFolder = changesFolder || next.changesFolder
        }
    }

    private struct Step {
        var index: Int
        var assignments: [ShellAssignment] = []
        var changesFolder = false
    }

    /// A program that runs the rest of its words.
    private struct Wrapper {
        /// Options that take the next word.
        var valued: Set<String> = []
        /// Words after the options that are its own.
        var operands = 0
        /// `NAME=value` may stand before the command.
        var assigns = false
        /// Options with which it runs nothing.
        var refusing: Set<String> = []
        var folder: Set<String> = []
    }

    private static let wrappers: [String: Wrapper] = [
        "sudo": Wrapper(
            valued: ["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group", "--chdir"],
            assigns: true, refusing: ["-l", "-v", "-k", "-K", "-e"], folder: ["-D", "-R", "--chdir", "-i"]),
        "doas": Wrapper(valued: ["-u", "-C"], refusing: ["-L"]),
        "env": Wrapper(
            valued: ["-u", "-C", "--unset", "--chdir"], assigns: true, refusing: ["-S", "--split-string", "-vS"],
            folder: ["-C", "--chdir"]),
        "exec": Wrapper(valued: ["-a"]),
        "command": Wrapper(refusing: ["-v", "-V"]),
        "builtin": Wrapper(),
        "time": Wrapper(valued: ["-f", "-o", "--format", "--output"]),
        "nice": Wrapper(valued: ["-n", "--adjustment"]),
        "ionice": Wrapper(valued: ["-c", "-n", "-t"], refusing: ["-p"]),
        "nohup": Wrapper(),
        "setsid": Wrapper(),
        "stdbuf": Wrapper(valued: ["-i", "-o", "-e"]),
        "timeout": Wrapper(valued: ["-k", "-s", "--kill-after", "--signal"], operands: 1),
        "xargs": Wrapper(valued: ["-I", "-n", "-L", "-P", "-d", "-E", "-s", "-a"]),
        "gosu": Wrapper(operands: 1),
        "su-exec": Wrapper(operands: 1),
        "tini": Wrapper(valued: ["-p", "-e"]),
        "catatonit": Wrapper(),
        "dumb-init": Wrapper(valued: ["-r", "--rewrite"]),
        "xvfb-run": Wrapper(valued: ["-n", "-s", "-e", "-f", "-p", "-w"]),
        "unbuffer": Wrapper(),
        "caffeinate": Wrapper(valued: ["-t", "-w"]),
    ]

    /// Past the wrapper that stands at `index`.
    private func step(_ words: [ReadWord], from index: Int) -> Step? {
        guard index < words.count, let name = words[index].literal, let wrapper = Self.wrappers[lastPathElement(name)]
        else { return nil }
        var step = Step(index: index + 1)
        while step.index < words.count, let option = words[step.index].literal, option.hasPrefix("-"), option.count > 1 {
            if wrapper.refusing.contains(option) { return nil }
            if wrapper.folder.contains(option) || option.hasPrefix("--chdir=") { step.changesFolder = true }
            step.index += wrapper.valued.contains(option) ? 2 : 1
            if option == "--" { break }
        }
        step.index += wrapper.operands
        while wrapper.assigns, step.index < words.count, let assignment = words[step.index].assignment {
            step.assignments.append(assignment)
            step.index += 1
        }
        return step
    }
}
