/// Writes the files of a commit where there are none, on as many threads as the machine has.
import Action
import Dispatch
import Files
import Git
import Synchronization
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct FileWriting: Sendable {
    let root: String
    let wanted: WantedFiles
    let largeFiles: LargeFiles

    /// Of the files at these places of `wanted`; with a slash at the end, empty for the root; those above come first.
    func foldersAbove(_ places: [Int]) -> [String] {
        var found: Set<String> = []
        var last: Substring?
        for place in places {
            var path = wanted.files[place].path[...]
            // Files of one folder mostly follow each other.
            let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
            if folder == last { continue }
            last = folder
            while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
                path = path[..<slash]
                guard found.insert("\(path)/").inserted else { break }
            }
            found.insert("")
        }
        return found.sorted { comesBefore($0, $1) }
    }

    /// Writes the files at these places of `wanted`, whose folders are `folders`, and says how each was found afterwards.
    /// After the first failure no more are begun.
    func write(_ places: [Int], below folders: [String]) throws(CheckoutError) -> [Int: CheckoutEntry] {
        guard !places.isEmpty else { return [:] }
        for folder in folders where !folder.isEmpty {
            let path = "\(root)/\(folder.dropLast())"
            if mkdir(path, 0o755) == 0 { continue }
            let error = FileError(operation: "make folder", path: path)
            guard error.code == EEXIST else { throw .file(error) }
            guard fileStatus(path)?.kind == .folder else { throw .collision(String(folder.dropLast())) }
        }
        // Pieces are runs of neighbors: files of one folder are written by one thread.
        let pieces = places.split(every: 256)
        let threads = min(pieces.count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let next = Atomic<Int>(0)
        let state = Mutex(State())
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < pieces.count, state.withLock({ $0.canGoOn }) else { return }
                var found: [(Int, CheckoutEntry)] = []
                var failure: CheckoutError?
                do throws(CheckoutError) { try write(pieces[piece], &found) } catch { failure = error }
                state.withLock { $0.add(found, failure) }
            }
        }
        return try state.withLock { state throws(CheckoutError) in try state.outcome() }
    }

    private struct State {
        private var written: [Int: CheckoutEntry] = [:]
        private var failure: CheckoutError?
        private var missing = 0

        /// Where contents are missing, all of them are counted.
        var canGoOn: Bool {
            if case .missingContents? = failure { return true }
            return failure == nil
        }

        mutating func add(_ found: [(Int, CheckoutEntry)], _ failure: CheckoutError?) {
            for (place, entry) in found { written[place] = entry }
            if case .missingContents(let count, _)? = failure { missing += count }
            if self.failure == nil { self.failure = failure }
        }

        func outcome() throws(CheckoutError) -> [Int: CheckoutEntry] {
            if case .missingContents(_, let path)? = failure { throw .missingContents(count: missing, of: path) }
            if let failure { throw failure }
            return written
        }
    }

    private func write(_ places: ArraySlice<Int>, _ found: inout [(Int, CheckoutEntry)]) throws(CheckoutError) {
        var rest = places
        while let first = rest.first {
            let source = wanted.files[first].source
            let run = rest.prefix { wanted.files[$0].source == source }
            rest = rest[run.endIndex...]
            try write(run, from: wanted.sources[source], &found)
        }
    }

    private func write(
        _ places: ArraySlice<Int>, from objects: GitObjects, _ found: inout [(Int, CheckoutEntry)]
    ) throws(CheckoutError) {
        let done = found.count
        do throws(CheckoutError) {
            try objects.read(places.map { wanted.files[$0].file.id }, orThrow: { .missing($0, "") }) {
                index, content throws(CheckoutError) in
                let place = places[places.startIndex + index]
                found.append((place, try write(wanted.files[place], content)))
            }
        } catch {
            guard case .missingContents = error else { throw error }
            let first = places[places.startIndex + found.count - done]
            throw .missingContents(count: missing(places.dropFirst(found.count - done), objects), of: wanted.files[first].path)
        }
    }

    /// How many of the contents are not here, the first of them included.
    private func missing(_ places: ArraySlice<Int>, _ objects: GitObjects) -> Int {
        places.count { place in (try? objects.content(of: wanted.files[place].file.id)) == nil }
    }

    // MARK: - One file

    private func write(_ wanted: WantedFile, _ content: [UInt8]) throws(CheckoutError) -> CheckoutEntry {
        if wanted.conversion.filter == largeFileFilter, let pointer = LargeFilePointer(content) {
            guard let file = largeFiles.place(of: pointer) else { return try write(wanted, content, isPointer: true) }
            return try write(wanted, copying: file, of: pointer)
        }
        guard wanted.file.kind != .link, wanted.conversion != .none else { return try write(wanted, content, isPointer: false) }
        guard let converted = wanted.conversion.written(content, of: wanted.file.id) else {
            throw .unknownEncoding(wanted.conversion.encoding ?? "", of: wanted.path)
        }
        return try write(wanted, converted, isPointer: false)
    }

    private func write(_ wanted: WantedFile, _ content: [UInt8], isPointer: Bool) throws(CheckoutError) -> CheckoutEntry {
        let path = "\(root)/\(wanted.path)"
        let sha256 = Digest(of: content).sha256
        if wanted.file.kind == .link {
            guard symlink(String(decoding: content, as: UTF8.self), path) == 0 else { throw refused("link", wanted) }
            return try entry(wanted, found(wanted, sha256), nil)
        }
        let signature: FileSignature
        do throws(FileError) {
            signature = try createFile(path, content, mode: wanted.mode, modified: time(wanted, sha256))
        } catch {
            throw refusal(error, wanted)
        }
        let known = wanted.isGo ? FileContent(ofGoFile: content, sha256: sha256) : FileContent(sha256: sha256)
        return entry(wanted, (signature, Int64(content.count)), known, isPointer: isPointer)
    }

    /// Shares the blocks of the file where the file system can.
    private func write(_ wanted: WantedFile, copying file: String, of pointer: LargeFilePointer) throws(CheckoutError) -> CheckoutEntry {
        var isWhole = false
        do throws(FileError) {
            isWhole = try Digest(ofFile: file).sha256 == pointer.sha256
            if isWhole { try cloneFile(file, to: "\(root)/\(wanted.path)", mode: wanted.mode) }
        } catch {
            throw .file(error)
        }
        guard isWhole else { throw .damagedLargeFile(file, of: wanted.path) }
        return try entry(wanted, found(wanted, pointer.sha256), wanted.isGo ? nil : FileContent(sha256: pointer.sha256))
    }

    private func entry(
        _ wanted: WantedFile, _ found: (signature: FileSignature, size: Int64), _ content: FileContent?, isPointer: Bool = false
    ) -> CheckoutEntry {
        CheckoutEntry(
            path: wanted.path, kind: wanted.file.kind, id: wanted.file.id, code: wanted.conversion.code, isPointer: isPointer,
            signature: found.signature, size: found.size, isSettled: false, content: content)
    }

    /// Gives what is there its time, and looks at it.
    private func found(_ wanted: WantedFile, _ sha256: String) throws(CheckoutError) -> (FileSignature, Int64) {
        let path = "\(root)/\(wanted.path)"
        var status = stat()
        do throws(FileError) { try setTime(time(wanted, sha256), of: path) } catch { throw .file(error) }
        guard lstat(path, &status) == 0 else { throw refused("look at", wanted) }
        return (FileSignature(status), Int64(status.st_size))
    }

    private func time(_ wanted: WantedFile, _ sha256: String) -> Int64 {
        guard let time = contentTime(sha256: sha256, isExecutable: wanted.file.kind == .program) else {
            preconditionFailure("a digest that is none: \(sha256)")
        }
        return time
    }

    private func refused(_ operation: String, _ wanted: WantedFile) -> CheckoutError {
        refusal(FileError(operation: operation, path: "\(root)/\(wanted.path)"), wanted)
    }

    private func refusal(_ error: FileError, _ wanted: WantedFile) -> CheckoutError {
        error.code == EEXIST ? .collision(wanted.path) : .file(error)
    }
}

extension WantedFile {
    fileprivate var mode: mode_t { file.kind == .program ? 0o755 : 0o644 }
    fileprivate var isGo: Bool { path.hasSuffix(".go") }
}

extension [Int] {
    fileprivate func split(every count: Int) -> [ArraySlice<Int>] {
        stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
    }
}
