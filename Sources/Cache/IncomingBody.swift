/// A go command's output on its way into the store: hashed as it comes; it knows files, not what asked for them.
import Action
import Files

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The output grows in a file of the store. When the store has no room for it, it goes to the refuge instead, with what
/// came before: the go command needs a file that it can read, whether or not it is kept.
package final class IncomingBody {
    private(set) var path: String
    /// Whether the file can be renamed into the store.
    private(set) var isKept: Bool

    private var descriptor: Int32
    private var content = DigestStream()
    private let refuge: Refuge

    init(in folder: String?, refuge: Refuge) {
        self.refuge = refuge
        path = folder.map { "\($0)/\(uniqueName())" } ?? ""
        descriptor = folder == nil ? -1 : create(path)
        isKept = descriptor >= 0
        if !isKept { takeRefuge() }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    package func add(_ piece: UnsafeRawBufferPointer) {
        content.add(piece)
        guard descriptor >= 0, !write(piece) else { return }
        takeRefuge(written: content.size - piece.count)
        if descriptor >= 0, !write(piece) { discard() }
    }

    /// Nil when there was room nowhere. The file is read-only now.
    func finish() -> Digest? {
        guard descriptor >= 0 else { return nil }
        // The mode it was made with was cut by the umask.
        guard fchmod(descriptor, 0o444) == 0, close(descriptor) == 0 else {
            descriptor = -1
            discard()
            return nil
        }
        descriptor = -1
        return content.digest
    }

    /// Removes the file.
    package func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        if !path.isEmpty { unlink(path) }
        path = ""
    }

    // MARK: -

    private func write(_ piece: UnsafeRawBufferPointer) -> Bool {
        var rest = piece[...]
        while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let count = writeSome(descriptor, start, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Goes on in a file of the refuge with the first `written` bytes of the one before.
    private func takeRefuge(written: Int = 0) {
        let before = (path: path, descriptor: descriptor)
        defer {
            if before.descriptor >= 0 { close(before.descriptor) }
            if !before.path.isEmpty { unlink(before.path) }
        }
        let wasKept = isKept
        (path, descriptor, isKept) = ("", -1, false)
        // There is but one refuge.
        guard wasKept || written == 0, let folder = refuge.folder else { return }
        path = "\(folder)/\(uniqueName())"
        descriptor = create(path)
        guard descriptor >= 0, written > 0 else { return }
        var left = written
        var isCopied = true
        try? readPieces(of: before.path) { piece in
            let part = UnsafeRawBufferPointer(rebasing: piece.prefix(left))
            left -= part.count
            isCopied = isCopied && write(part)
        }
        if left > 0 || !isCopied { discard() }
    }
}

/// A folder for what the store cannot keep; it lasts no longer than the go command.
package final class Refuge {
    private let parent: String
    private var made: String??

    /// The folder is made in `parent` when it is first needed.
    package init(in parent: String) { self.parent = parent }

    var folder: String? {
        if let made { return made }
        let path = "\(parent)/pipeline-gocacheprog-\(uniqueName())"
        made = .some(mkdir(path, 0o700) == 0 ? path : nil)
        return made!
    }

    func remove() {
        if case .some(.some(let path)) = made { removeTree(path) }
        made = nil
    }
}

private func create(_ path: String) -> Int32 { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444) }

#if canImport(Glibc)
private let writeSome = Glibc.write
#else
private let writeSome = Darwin.write
#endif
