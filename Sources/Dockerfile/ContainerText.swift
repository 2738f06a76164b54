/// Where a plan's places are in the build stage; it knows neither the machine's paths nor instructions.
import Action
import Pipeline

enum ContainerPath {
    static let root = "/src"
    static let output = "/out"
    /// Those of the golang image, so that its own commands find the same caches.
    static let moduleCache = "/go/pkg/mod"
    static let buildCache = "/root/.cache/go-build"
    static let authorities = "/etc/ssl/certs/ca-certificates.crt"
    static let timezones = "/usr/local/go/lib/time/zoneinfo.zip"
    /// What is made for the final stage and is no program.
    static let files = "/rootfs"

    /// A folder of the repository.
    static func folder(_ directory: String) -> String { directory == "." ? root : "\(root)/\(directory)" }
}

extension SymbolicText {
    /// As a command in the build stage says it.
    var inContainer: String {
        // The image has its toolchain on PATH.
        if case .place(.toolchain)? = parts.first, parts.count == 2, case .text(let rest) = parts[1] {
            return String(rest.drop { $0 == "/" })
        }
        return resolved { place in
            switch place {
            case .root, .repository: ContainerPath.root
            case .output: ContainerPath.output
            case .moduleCache: ContainerPath.moduleCache
            case .buildCache: ContainerPath.buildCache
            case .ownProgram, .toolchain, .goRoot, .cacheProgram, .home, .toolModule, .product, .folder, .goShims, .port, .secret:
                preconditionFailure("the build of an artifact names ${\(place)}")
            }
        }
    }
}

extension SymbolicText {
    /// There is nothing in it that a build stage does not have.
    var isInContainer: Bool {
        places.allSatisfy { place in
            switch place {
            case .root, .repository, .output, .toolchain, .moduleCache, .buildCache: true
            case .ownProgram, .goRoot, .cacheProgram, .home, .toolModule, .product, .folder, .goShims, .port, .secret: false
            }
        }
    }
}

extension Reference.GitFact {
    /// The build argument that carries it: GIT_DESCRIBE, GIT_COMMIT_TIME.
    var argument: String { "GIT_\(rawValue.uppercased().replacing(".", with: "_"))" }
}

extension ShellWord {
    init(_ text: SymbolicText) { self.init(text.inContainer) }

    /// A text of the plan that came from `template`: what git says of the commit is left to build arguments.
    init(_ planned: SymbolicText, from template: Template, git: [Reference.GitFact: String]) {
        let parts = template.parts.map { part -> Part in
            switch part {
            case .text(let text): .text(text)
            case .reference(.git(let fact), _): .variable(fact.argument)
            case .reference(.root, _): .text(ContainerPath.root)
            case .reference(let reference, _): .text("${\(reference)}")
            }
        }
        let values = Dictionary(uniqueKeysWithValues: git.map { ($0.key.argument, $0.value) })
        let word = ShellWord(parts: parts)
        // The plan has the last word: where it took another value than the template's, that is what counts.
        self = word.resolved(values) == planned.inContainer ? word : ShellWord(planned)
    }

    private func resolved(_ values: [String: String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .variable(let name): values[name] ?? ""
            case .expression(let text): text
            }
        }.joined()
    }
}
