/// Module files that attached archives have, on their way into the module cache; it trusts none of them.
///
/// The go command checks what it finds there: a .mod file and a .zip without a .ziphash beside it are hashed and
/// compared with go.sum before they are used (`src/cmd/go/internal/modfetch/fetch.go` in GOROOT).
import Action
import Archive
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A module version as the module cache spells it: upper-case letters as `!` and the lower-case one.
package struct ArchivedModule: Hashable, Sendable {
    package var path: String
    package var version: String

    /// What go.sum says of its content, `h1:…`; nil for one of which only the go.mod is needed, for what it requires.
    package var hash: String?

    package init(path: String, version: String, hash: String?) {
        self.path = path
        self.version = version
        self.hash = hash
    }

    /// Its files that are carried, below `cache/download` of the module cache. Not its `ziphash`: see above.
    var places: [String] { hash == nil ? [place("mod")] : [place("info"), place("mod"), zip] }

    var zip: String { place("zip") }

    /// As the go command noted it when it downloaded the zip.
    var zipHash: String { place("ziphash") }

    private func place(_ kind: String) -> String { "\(path)/@v/\(version).\(kind)" }
}

package struct ArchivedModules: Sendable {
    let store: Store

    /// Puts into the module cache what archives have of these modules and it has not. Says how many files.
    @discardableResult
    package func bring(_ modules: some Sequence<ArchivedModule>) -> Int {
        let archived = store.archives.all.map(\.modules)
        guard archived.contains(where: { !$0.isEmpty }) else { return 0 }
        var count = 0
        for module in modules {
            for place in module.places {
                let found = archived.lazy.compactMap { $0[place] }.first { place != module.zip || $0.hash == module.hash }
                if let found, bring(found.digest, to: "\(store.moduleDownloads)/\(place)") { count += 1 }
            }
        }
        return count
    }

    private func bring(_ digest: Digest, to place: String) -> Bool {
        guard fileStatus(place) == nil else { return false }
        let temporary = "\(store.temporary)/\(uniqueName())"
        guard store.archives.extract(digest, to: temporary, mode: 0o444) else { return false }
        // Another's file at the place stays: `link` replaces nothing.
        defer { unlink(temporary) }
        return (try? makeFolder(parentFolder(of: place))) != nil && link(temporary, place) == 0
    }
}

extension Store {
    package var archivedModules: ArchivedModules { ArchivedModules(store: self) }

    /// Where the go command keeps what a proxy gave it.
    var moduleDownloads: String { "\(moduleCache)/cache/download" }
}
