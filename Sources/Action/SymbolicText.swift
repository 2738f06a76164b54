/// Text of a command line or an environment in which places are still names; it knows no machine's paths, so what is
/// made from it is the same in every checkout.

package struct SymbolicText: Hashable, Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    package enum Part: Hashable, Sendable {
        case text(String)
        case place(Place)
    }

    /// What only the machine that runs an action can name.
    package enum Place: Hashable, Sendable {
        /// The tree the action works in: the repository, or its scratch copy.
        case root
        /// The repository itself, also for an action that works in a copy.
        case repository
        /// The folder that receives the action's outputs.
        case output
        /// The file of this very program.
        case ownProgram
        /// The folder of the pinned toolchain's programs.
        case toolchain
        /// GOROOT of the pinned toolchain.
        case goRoot
        case moduleCache
        /// GOCACHE of one family: a toolchain, a platform and the build settings.
        case buildCache(family: String)
        /// The program behind GOCACHEPROG, its arguments included, for one family.
        case cacheProgram(family: String)
        /// The home folder that steps see.
        case home
        /// The folder of the module that a pinned tool is built in, by the digest of its files.
        case toolModule(String)
        /// An output of another action.
        case product(ActionID, named: String)
        /// The folder that holds an output of another action.
        case folder(ActionID, named: String)
        /// A folder like GOROOT, with a `go` that runs these tools itself.
        case goShims([GoShim])
        /// A free loopback port.
        case port(service: String)
        /// What a step is given of a secret: the value, or the path of the file that has it.
        case secret(String)
    }

    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }
    package init(_ place: Place) { parts = [.place(place)] }
    package init(_ text: String) { parts = text.isEmpty ? [] : [.text(text)] }
    package init(stringLiteral text: String) { self.init(text) }
    package init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

    package struct Interpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}
        package mutating func appendLiteral(_ text: String) { if !text.isEmpty { parts.append(.text(text)) } }
        package mutating func appendInterpolation(_ text: some StringProtocol) { appendLiteral(String(text)) }
        package mutating func appendInterpolation(_ place: Place) { parts.append(.place(place)) }
        package mutating func appendInterpolation(_ text: SymbolicText) { parts += text.parts }
    }

    package static func + (a: SymbolicText, b: SymbolicText) -> SymbolicText { SymbolicText(parts: a.parts + b.parts) }

    package var places: [Place] {
        parts.compactMap { if case .place(let place) = $0 { place } else { nil } }
    }

    /// The text with every place named by `path`.
    package func resolved(_ path: (Place) throws -> String) rethrows -> String {
        try parts.map { part in
            switch part {
            case .text(let text): text
            case .place(let place): try path(place)
            }
        }.joined()
    }

    /// The form that enters keys and plans. A dollar of the text is doubled, as in the pipeline file: no text reads
    /// like a place.
    package var description: String {
        parts.map { part in
            switch part {
            case .text(let text): text.replacing("$", with: "$$")
            case .place(let place): "${\(place)}"
            }
        }.joined()
    }
}

extension SymbolicText.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .root: "root"
        case .repository: "repository"
        case .output: "output"
        case .ownProgram: "own-program"
        case .toolchain: "toolchain"
        case .goRoot: "goroot"
        case .moduleCache: "module-cache"
        case .buildCache(let family): "build-cache/\(family)"
        case .cacheProgram(let family): "cache-program/\(family)"
        case .home: "home"
        case .toolModule(let name): "tool-module/\(name)"
        case .product(let action, let name): "\(action)/\(name)"
        case .folder(let action, let name): "\(action)/\(name)/.."
        case .goShims(let shims): "go-shims/\(shims.map(\.description).joined(separator: ";"))"
        case .port(let service): "service.\(service).port"
        case .secret(let name): "secret.\(name)"
        }
    }
}
