/// Builds artifacts a second time, with everything changed that must not matter: by this very program, started on
/// another checkout, with other caches, for somebody else.
import Action
import Diagnostics
import Files
import Go
import Image
import Plan
import Processes
import Report
import Run
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct SecondBuild: Sendable {
    struct Result: Sendable {
        /// By action, e.g. `build:server:linux/amd64`: a file of the other checkout's store.
        var programs: [String: (path: String, digest: String)] = [:]
        /// Files that generators made anew with another content, and the step that did.
        var generated: [String: String] = [:]
        var varied: [Variation] = []
    }

    let workspace: Workspace
    let output: Output
    let prepared: Prepared
    let checkout: OtherCheckout
    let pipeline: String?
    let artifacts: [String]

    /// Blocks nobody: the builds are children. Errors: a red step, an interruption.
    func make(_ groups: ProcessGroups) async throws -> Result {
        let mask: mode_t = OtherMachine.currentMask == 0o077 ? 0o022 : 0o077
        let machine = OtherMachine(report: "\(checkout.base)/machine", umask: mask, hostName: "elsewhere-\(getpid())")
        let start = time(nil)
        var result = Result()
        let generators = Set(prepared.graph.actions.filter { $0.tree == .scratch(compared: true) }.map(\.step)).sorted()
        if !generators.isEmpty {
            let told = try await run(["--fix"] + generators, machine, groups)
            // Its files differ from those of the first time: that is what is looked for, not a fault of the build.
            try told.check(allowing: "stale", output)
            result.generated = told.rewritten
        }
        let told = try await run(artifacts.map { "artifact.\($0)" }, machine, groups)
        try told.check(allowing: nil, output, ignored: ignoredInputs)
        result.programs = told.programs
        result.varied = variations(machine, seconds: time(nil) - start)
        return result
    }

    // MARK: - What is changed

    /// The caller's, but for who and where they are.
    private var environment: [String: String] {
        var environment = workspace.environment
        for name in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "LC_CTYPE", "LC_COLLATE", "LC_TIME", "OLDPWD"] {
            environment[name] = nil
        }
        for (name, value) in others { environment[name] = value }
        environment["PWD"] = checkout.root
        // The same Go: a release under the caller's HOME would not be found from another.
        let programs = workspace.places(prepared.facts.toolchain).toolchain
        environment["PATH"] = programs + (environment["PATH"].map { ":\($0)" } ?? "")
        return environment
    }

    private var others: [(String, String)] {
        let isFar = ["Asia/Kathmandu", ":Asia/Kathmandu"].contains(workspace.environment["TZ"] ?? "")
        let isTurkish = workspace.environment["LC_ALL"]?.hasPrefix("tr_TR") == true
        return [
            ("USER", "stranger"), ("LOGNAME", "stranger"), ("HOME", checkout.home),
            ("TZ", isFar ? "America/St_Johns" : "Asia/Kathmandu"), ("LANG", isTurkish ? "sv_SE.UTF-8" : "tr_TR.UTF-8"),
            ("LC_ALL", isTurkish ? "sv_SE.UTF-8" : "tr_TR.UTF-8"),
        ]
    }

    private func variations(_ machine: OtherMachine, seconds: Int) -> [Variation] {
        var varied = [
            Variation("folder", workspace.root, checkout.root),
            Variation("caches", workspace.store.root, "empty; modules as they were downloaded, checked against go.sum"),
        ]
        let words = ["USER": "user name", "HOME": "HOME", "TZ": "time zone", "LC_ALL": "locale"]
        for (name, value) in others {
            guard let word = words[name] else { continue }
            let old = name == "LC_ALL" ? workspace.environment["LC_ALL"] ?? workspace.environment["LANG"] : workspace.environment[name]
            varied.append(Variation(word, old ?? "not set", value))
        }
        let report = String(decoding: (try? readFile(machine.report)) ?? [], as: UTF8.self)
        let changed = Dictionary(
            report.split(separator: "\n").map { line in
                let words = line.split(separator: "\t", maxSplits: 1).map(String.init)
                return (words[0], words.count > 1 ? words[1] : "")
            }) { $1 }
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let own: [(String, String, String)] = [
            ("umask", machine.octal(OtherMachine.currentMask), "the kernel refuses"),
            ("host name", Self.hostName, "the kernel refuses another UTS namespace"),
            ("processors", "\(processors)", processors == 1 ? "there is but one" : "the kernel refuses"),
        ]
        for (name, old, why) in own {
            varied.append(changed[name].map { Variation(name, old, $0) } ?? Variation(name, old, unvaried: why))
        }
        varied.append(Variation("clock", "the first build's second", "later; the build took \(seconds) s"))
        varied.append(Variation("date", "today", unvaried: "the clock cannot be set for one process"))
        varied.append(Variation("user id", "\(getuid())", unvaried: "the files are this user's"))
        return varied
    }

    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, 255) == 0 else { return "?" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: - The child

    private func run(_ words: [String], _ machine: OtherMachine, _ groups: ProcessGroups) async throws -> ToldRun {
        var arguments = ["run", "--json", "--store", checkout.store.root]
        if let pipeline { arguments += ["--pipeline", pipeline] }
        let command = Command(
            executable: ownExecutable, arguments: machine.words(arguments + words), environment: environment,
            directory: checkout.root)
        let told = Mutex(ToldRun())
        let output = output
        let ended: Supervised
        do {
            ended = try await supervise(command, in: groups) { bytes in
                for words in told.withLock({ $0.hear(bytes) }) { output.remark("  elsewhere: \(words)") }
            }
        } catch {
            throw CommandFailure(.environment, "verify/not-started", "\(error)", output)
        }
        if ended.interrupted { throw CommandFailure(.interrupted, [], output) }
        return told.withLock { told in
            told.exit = ended.exit
            return told
        }
    }

    /// What an artifact is made of and git ignores: it is not in the other checkout.
    private var ignoredInputs: [String] {
        let known = Set(prepared.facts.files)
        var found: Set<String> = []
        for package in prepared.facts.listings.values.joined() where package.dir == workspace.root || package.dir.hasPrefix("\(workspace.root)/") {
            let folder = package.dir == workspace.root ? "" : package.dir.dropFirst(workspace.root.utf8.count + 1) + "/"
            for file in package.files(of: GoPackage.FileList.build) where !known.contains(folder + file) { found.insert(folder + file) }
        }
        return found.sorted()
    }
}
