/// Remembers, as long as it is of use, from where and when each module and program was fetched into this store.
import Cache
import Files
import Go
import Modules
import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct FetchLedger: Sendable {
    /// What is known of a fetch.
    struct Entry: Hashable, Sendable {
        /// Nil when it could not be told.
        var source: String?
        /// Seconds since 1970.
        var time: Int
    }

    let store: Store

    func note(_ fetch: Fetch) {
        let lines = "\(time(nil))\n\(fetch.source ?? "")"
        try? store.facts.remember(bytes: Array(lines.utf8), to: question(fetch.name, fetch.version, fetch.hash))
    }

    /// Nil for what was not fetched into this store, or is not known any more.
    func entry(_ name: String, _ version: String?, _ hash: String) -> Entry? {
        guard let bytes = store.facts.bytes(to: question(name, version, hash)) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 2, let time = Int(lines[0]) else { return nil }
        return Entry(source: lines[1].isEmpty ? nil : String(lines[1]), time: time)
    }

    private func question(_ name: String, _ version: String?, _ hash: String) -> String {
        "fetch 1\n\(name)\n\(version ?? "")\n\(hash)"
    }
}

extension FetchLedger {
    private var cache: ModuleCache { ModuleCache(root: store.moduleCache) }

    /// Those of the modules whose zip is not in the module cache.
    func absent(among modules: [ModuleVersion]) -> [ModuleVersion] {
        modules.filter { module in cache.download(of: module, "zip").flatMap { fileStatus($0) } == nil }
    }

    /// Those that were put there at `start` (nanoseconds since 1970) or later.
    func arrived(since start: Int64, among modules: [ModuleVersion]) -> [ModuleVersion] {
        modules.filter { module in
            guard let zip = cache.download(of: module, "zip"), let file = fileSignature(zip) else { return false }
            return file.signature.modified >= start
        }
    }

    /// Notes those of the modules that are there by now, with the hash that the go command made of each.
    func note(
        arrivalsAmong modules: [ModuleVersion], under policy: FetchPolicy, _ trace: FetchTrace
    ) -> [Fetch] {
        modules.compactMap { module in
            guard let file = cache.download(of: module, "ziphash"), let bytes = try? readFile(file) else { return nil }
            let fetch = Fetch(
                name: module.path, version: module.version, hash: String(decoding: bytes, as: UTF8.self),
                source: policy.source(of: module, trace, in: cache))
            note(fetch)
            return fetch
        }
    }
}
