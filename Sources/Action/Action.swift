/// One hermetic command: the unit of caching. It knows what it needs and makes, not the step syntax behind it nor the
/// machine in front of it.

/// Unique in a graph and stable between runs, e.g. `build:server:linux/amd64`.
package struct ActionID: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package var text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.init(text) }
    package static func < (a: ActionID, b: ActionID) -> Bool { a.text < b.text }
    package var description: String { text }
}

package enum ActionKind: String, Hashable, Sendable, Codable, CaseIterable {
    case download, build, vet, test, tool, generate, fmt, tidy, policy, run
    /// Compiles a pinned tool.
    case toolBuild = "tool-build"
}

package struct Action: Hashable, Sendable, Identifiable {
    /// How an action depends on another.
    package struct Dependency: Hashable, Sendable {
        package enum Role: Hashable, Sendable {
            /// It must be green first; the user said so.
            case order
            /// It supplies what the command needs while it runs (modules), and only runs when a command does.
            case provision
            /// It supplies a program: as `provision`, but another program is another result.
            case tool
            /// Its output is an input: a different one is a different result.
            case input
        }

        package var action: ActionID
        package var role: Role

        package init(_ action: ActionID, _ role: Role) {
            self.action = action
            self.role = role
        }
    }

    /// A file that must be there after a green run.
    package struct Output: Hashable, Sendable {
        /// Relative to the output folder, or to the root when `inTree`.
        package var path: String
        package var inTree: Bool

        package init(_ path: String, inTree: Bool = false) {
            self.path = path
            self.inTree = inTree
        }
    }

    /// What makes an action green.
    package enum Verdict: Hashable, Sendable {
        case exitZero
        /// A checker that prints what is wrong and exits zero all the same, such as gofmt.
        case silence
    }

    /// Where the command works.
    package enum Tree: Hashable, Sendable {
        case repository
        /// A copy of every file that git does not ignore; with `compared`, a difference after the run is red.
        case scratch(compared: Bool)
        /// A copy of the declared inputs alone, thrown away after: for a command that would write to the repository.
        case inputs
    }

    /// What the command sees besides what is declared.
    package enum Sandbox: String, Hashable, Sendable {
        /// Nothing, and no network but loopback.
        case closed
        /// The machine's network.
        case network
    }

    /// A program that runs beside the command.
    package struct Service: Hashable, Sendable {
        package enum Readiness: Hashable, Sendable {
            case tcp(SymbolicText)
            case http(SymbolicText)
        }

        package var name: String
        package var argv: [SymbolicText]
        package var environment: [String: SymbolicText]
        package var ready: Readiness?
        package var timeout: Duration

        package init(
            name: String, argv: [SymbolicText], environment: [String: SymbolicText], ready: Readiness?,
            timeout: Duration
        ) {
            self.name = name
            self.argv = argv
            self.environment = environment
            self.ready = ready
            self.timeout = timeout
        }
    }

    package var id: ActionID
    /// What the user selects it by: a step's name, `artifact.NAME`, `tool.NAME` or `download`.
    package var step: String
    package var kind: ActionKind
    /// For people: `go vet ./...`.
    package var title: String
    package var argv: [SymbolicText]
    package var environment: [String: SymbolicText] = [:]
    /// Relative to the root.
    package var directory = "."
    /// Files that decide the result, relative to the root, sorted.
    package var inputs: [String] = []
    /// Other facts that decide it: `toolchain`, `module`.
    package var facts: [String: String] = [:]
    package var dependencies: [Dependency] = []
    package var outputs: [Output] = []
    package var services: [Service] = []
    package var tree = Tree.repository
    package var verdict = Verdict.exitZero
    package var isCached = true
    package var timeout: Duration = .seconds(600)
    /// Nil runs it in the open.
    package var sandbox: Sandbox?
    package var retries = 0

    package init(id: ActionID, step: String, kind: ActionKind, title: String, argv: [SymbolicText]) {
        self.id = id
        self.step = step
        self.kind = kind
        self.title = title
        self.argv = argv
    }
}

extension Action {
    /// The secrets that it or one of its services is given, by name.
    package var secrets: Set<String> {
        Set(places.compactMap { if case .secret(let name) = $0 { name } else { nil } })
    }

    /// Every place that the command, its environment and its services name.
    package var places: Set<SymbolicText.Place> {
        var texts = argv + environment.values
        for service in services {
            texts += service.argv + service.environment.values
            switch service.ready {
            case .tcp(let address), .http(let address): texts.append(address)
            case nil: break
            }
        }
        return Set(texts.flatMap(\.places))
    }
}
