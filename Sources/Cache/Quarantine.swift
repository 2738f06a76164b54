/// Where damaged objects go, named by what they were and when they were found; it judges none.
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension Store {
    /// Moves what is at `place`, relative to the store, and says where it is now, relative to the store as well. Nil when
    /// it cannot be moved. The caller holds the store's lock exclusively.
    func quarantine(_ place: String) -> String? {
        guard let target = quarantineName(place) else { return nil }
        if fileStatus("\(path)/\(place)")?.kind == .folder { chmod("\(path)/\(place)", 0o755) }
        return rename("\(path)/\(place)", "\(path)/\(target)") == 0 ? target : nil
    }

    /// The same for a part of a file.
    func quarantine(bytes: [UInt8], of place: String) -> String? {
        guard let target = quarantineName(place) else { return nil }
        return (try? createFile("\(path)/\(target)", bytes, mode: 0o444)) != nil ? target : nil
    }

    /// `quarantine/20260131T235959Z-blobs-ab-abcdef…`, not taken yet.
    private func quarantineName(_ place: String) -> String? {
        guard (try? makeFolder("\(path)/quarantine")) != nil else { return nil }
        let name = "quarantine/\(timestamp())-" + String(place.map { $0 == "/" ? "-" : $0 })
        var candidate = name
        var number = 1
        while fileStatus("\(path)/\(candidate)") != nil {
            number += 1
            candidate = "\(name)-\(number)"
        }
        return candidate
    }
}

/// ISO 8601, basic format, UTC.
private func timestamp() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func digits(_ number: Int32, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2) + "T"
        + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2) + "Z"
}
