/// Why a file cannot be used as an archive; it knows no command that asked for one.
import Files

package enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(FileError)
    /// It does not begin as an archive does.
    case notAnArchive(path: String)
    /// It begins as an archive does, and ends before its end.
    case truncated(path: String)
    /// Of the format, which this program does not read.
    case otherVersion(path: String, version: UInt64)
    /// Its index is not what was written.
    case damaged(path: String)

    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .notAnArchive(let path): "\(path) is not a saved cache"
        case .truncated(let path): "\(path) is cut off: it is only the beginning of a saved cache"
        case .otherVersion(let path, let version):
            "\(path) has version \(version) of the format; this program reads version \(ArchiveFormat.version)"
        case .damaged(let path): "\(path) is damaged: its index is not what was written"
        }
    }
}
