/// A difference of manifests in words, the same for `plan`, `run -v` and `explain`; it compares nothing itself.
import Action

/// One thing that is different.
package struct DifferenceItem: Hashable, Sendable {
    /// In the order in which they are told: what explains the rest comes first.
    package enum Group: String, Hashable, Sendable, CaseIterable {
        case toolchain, environment
        /// Input files.
        case changed, new, gone
        case command
        /// Actions whose outputs or programs are given.
        case needs
        case other
    }

    package var group: Group
    /// A variable, a path, an action.
    package var name: String
    /// As in the manifest; nil on the side that lacks it.
    package var was: String?
    package var now: String?
    /// For people, e.g. `cmd/server/main.go changed`.
    package var text: String

    package init(group: Group, name: String, was: String?, now: String?, text: String) {
        self.group = group
        self.name = name
        self.was = was
        self.now = now
        self.text = text
    }
}

extension [DifferenceItem] {
    /// The first three, and how many more there are.
    package var inShort: String {
        let shown = prefix(3).map(\.text).joined(separator: ", ")
        return count > 3 ? "\(shown), and \(count - 3) more" : shown
    }
}

extension ManifestDifference {
    /// `manifest` is the newer one; `following` says what is different in an action that is given to this one.
    package func items(to manifest: Manifest, following: (ActionID) -> [DifferenceItem]) -> [DifferenceItem] {
        var items = changes.filter { $0.field != .argv }.map { $0.item(following) }
        if changes.contains(where: { $0.field == .argv }) { items.append(commandItem(to: manifest)) }
        // The folder of the build cache is named after the settings, and those are told.
        let derived: Set = ["GOCACHE", "GOCACHEPROG"]
        let own = items.filter { $0.group != .environment || !derived.contains($0.name) }
        return (own.isEmpty ? items : own).enumerated().sorted { a, b in
            (a.element.group.position, a.offset) < (b.element.group.position, b.offset)
        }.map(\.element)
    }

    /// A command line is one thing, of which the words that differ are told.
    private func commandItem(to manifest: Manifest) -> DifferenceItem {
        func words(_ values: [String: String]) -> [String] {
            values.sorted { Int($0.key) ?? 0 < Int($1.key) ?? 0 }.map(\.value)
        }
        let now = manifest.entries.filter { $0.field == .argv }.map(\.value)
        let was = words(manifest.before(self, field: .argv))
        var (lost, come): ([String], [String]) = ([], [])
        for change in now.difference(from: was) {
            switch change {
            case .remove(_, let word, _): lost.insert(word, at: 0)
            case .insert(_, let word, _): come.append(word)
            }
        }
        let text =
            switch (lost.isEmpty, come.isEmpty) {
            case (true, _): "command now has \(quoted(come.joined(separator: " ")))"
            case (_, true): "command no longer has \(quoted(lost.joined(separator: " ")))"
            case (false, false):
                {
                    let (a, b) = abridged(lost.joined(separator: " "), come.joined(separator: " "))
                    return "command has \(b) instead of \(a)"
                }()
            }
        return DifferenceItem(
            group: .command, name: "argv", was: was.joined(separator: " "), now: now.joined(separator: " "), text: text)
    }
}

extension ManifestDifference.Change {
    fileprivate func item(_ following: (ActionID) -> [DifferenceItem]) -> DifferenceItem {
        let (group, text) = words(following)
        return DifferenceItem(group: group, name: name, was: was, now: now, text: text)
    }

    private func words(_ following: (ActionID) -> [DifferenceItem]) -> (DifferenceItem.Group, String) {
        switch field {
        case .input: return input
        case .env: return (.environment, told("env \(name)"))
        case .fact where name == "toolchain": return (.toolchain, toolchain)
        case .fact where name.hasPrefix("secret "): return (.environment, told("the \(name)", values: false))
        case .fact: return (.other, told(name))
        case .needs:
            guard was != nil else { return (.needs, "now needs \(name)") }
            guard now != nil else { return (.needs, "no longer needs \(name)") }
            let items = following(ActionID(name))
            return (.needs, "needs \(name)" + (items.isEmpty ? ", which is another one now" : ": \(items.inShort)"))
        case .directory: return (.command, told("folder"))
        case .argv: return (.command, told("command"))
        case .output: return (.other, told("output \(name)", values: false))
        case .service: return (.other, told("service \(name)"))
        case .tree: return (.other, "works in another kind of tree")
        case .verdict: return (.other, "is green on other terms")
        case .kind: return (.other, told("kind"))
        case .sandbox:
            guard let now else { return (.other, "runs in the open, no longer in a sandbox") }
            guard was != nil else {
                return (.other, "runs in a sandbox" + (now == Action.Sandbox.network.rawValue ? ", with the network" : ""))
            }
            return (.other, "sandbox now \(now == Action.Sandbox.network.rawValue ? "with" : "without") the network")
        case .format: return (.other, "made by another version of pipeline")
        }
    }

    /// The value begins with the file's kind.
    private var input: (DifferenceItem.Group, String) {
        let absent = "absent"
        guard let now, now != absent else { return (.gone, "\(name) is gone") }
        guard let was, was != absent else { return (.new, "new input \(name)") }
        let (old, new) = (was.split(separator: " ", maxSplits: 1), now.split(separator: " ", maxSplits: 1))
        if old.last == new.last, old.first == "file", new.first == "program" { return (.changed, "\(name) is executable now") }
        if old.last == new.last, old.first == "program", new.first == "file" { return (.changed, "\(name) is not executable now") }
        return (.changed, "\(name) changed")
    }

    /// `go1.26.5 linux/amd64`: only what differs is told.
    private var toolchain: String {
        guard let was, let now else { return told(name) }
        let (old, new) = (was.split(separator: " "), now.split(separator: " "))
        if old.count == 2, new.count == 2, old[1] == new[1] { return "toolchain \(old[0]) → \(new[0])" }
        return "toolchain \(was) → \(now)"
    }

    private func told(_ what: String, values: Bool = true) -> String {
        switch (was, now) {
        case (let was?, let now?) where values:
            let (a, b) = abridged(was, now)
            return "\(what) was \(a), is \(b)"
        case (nil, let now?): return "\(what) is new" + (values ? ": \(quoted(now))" : "")
        case (_, nil): return "\(what) is gone"
        case (_, _): return "\(what) changed"
        }
    }
}

extension DifferenceItem.Group {
    fileprivate var position: Int { Self.allCases.firstIndex(of: self)! }
}

private func quoted(_ text: String, limit: Int = 60) -> String {
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
    return "`\(line.count > limit ? line.prefix(limit - 1) + "…" : line)`"
}

/// Both in quotes, long ones from just before where they part.
private func abridged(_ a: String, _ b: String) -> (String, String) {
    guard max(a.count, b.count) > 60 else { return (quoted(a), quoted(b)) }
    let common = zip(a, b).prefix { $0 == $1 }.count
    guard common > 12 else { return (quoted(a), quoted(b)) }
    return (quoted("…" + a.dropFirst(common - 8)), quoted("…" + b.dropFirst(common - 8)))
}
