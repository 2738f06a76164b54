/// Random bytes of a store's own, which make digests of secrets in it useless to everyone else.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Store {
    static let saltFile = "salt"

    /// 32 bytes that only the store's owner may read, made when they are first asked for. Whoever empties the store gets
    /// new ones; a saved cache does not have them.
    package func salt() throws(FileError) -> [UInt8] {
        let place = "\(path)/\(Store.saltFile)"
        if let known = try? readFile(place), known.count == 32 { return known }
        var random = SystemRandomNumberGenerator()
        let fresh = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let beside = "\(temporary)/\(uniqueName())"
        defer { unlink(beside) }
        try createFile(beside, fresh, mode: 0o600)
        // Of two that make it at once, the first is right; what is no salt is damage.
        if link(beside, place) != 0 {
            if let known = try? readFile(place), known.count == 32 { return known }
            guard rename(beside, place) == 0 else { throw FileError(operation: "rename to", path: place) }
        }
        return fresh
    }
}
