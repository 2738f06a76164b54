/// The files of a commit, or of the index, in a folder of their own: made to be exactly those, by the least writing.
import Files
import Git
import WorkTree

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder that holds a commit's own files and nothing else, as it was made just now.
package struct CleanTree: Sendable {
    /// Absolute.
    package let path: String
    /// All files and links in it, in byte order of their paths.
    package let files: [ScannedFile]
    /// Of each file, if it was written now, what is in it: nobody need read it. Empty where none was.
    package let contents: [FileContent?]
    package let remarks: CheckoutRemarks
    /// Files and links that were written, because they were not there or not as they should be.
    package let written: Int
    /// Files, links and folders that did not belong there.
    package let removed: Int

    /// Makes the folder at `path` hold exactly the files of a commit, by its own .gitattributes. Times follow from
    /// contents (`contentTime`); modes are 0644 and 0755. What an earlier call wrote there, and nobody has touched, is
    /// left alone; that is remembered in the file `PATH.table`, so that a caller who was killed is as good as none.
    /// Calls for the same path must not overlap. Starts libgit2, and blocks on the disk, with a thread for each processor.
    ///
    ///     let repository = try GitRepository.open(at: root, environment: environment)!
    ///     let commit = try repository.commit(named: "HEAD")
    ///     let tree = try CleanTree(at: "/scratch/tree", commit: commit, of: repository)
    package init(at path: String, commit: GitCommit, of repository: GitRepository) throws(CheckoutError) {
        guard let id = GitObjectID(text: commit.id) else { throw .git(.noObject(commit.id)) }
        try self.init(at: path, files: try catching { () throws(GitError) in try repository.objects.files(of: id) }, of: repository)
    }

    /// The same for the files of the index, or any others whose contents `repository` has.
    package init(at path: String, files: [GitFile], of repository: GitRepository) throws(CheckoutError) {
        let wanted = try WantedFiles(files, of: repository)
        let table = CheckoutTable(at: path)
        do throws(FileError) {
            try makeFolder(path)
        } catch {
            throw .file(error)
        }
        var look = try TreeInspection(root: path, wanted: wanted.files, remembered: table.entries)
        try look.run()
        let missing = wanted.files.indices.filter { look.kept[$0] == nil }
        let writing = FileWriting(root: path, wanted: wanted, largeFiles: repository.largeFiles)
        let folders = writing.foldersAbove(missing)
        let written = try writing.write(missing, below: folders)
        do throws(FileError) {
            for folder in look.untimely.union(folders) { try settle(folder: "\(path)/\(folder)") }
            try putMark(in: path)
        } catch {
            throw .file(error)
        }

        let end = now()
        var entries: [CheckoutEntry] = []
        entries.reserveCapacity(wanted.files.count)
        var remarks = wanted.remarks
        for (index, file) in wanted.files.enumerated() {
            guard var entry = look.kept[index] ?? written[index] else { continue }
            if !entry.isSettled { entry.isSettled = entry.signature.isSettled(at: end) }
            if entry.isPointer { remarks.pointers.append(file.path) }
            entries.append(entry)
        }
        if !missing.isEmpty || look.isNews || entries.count != table.entries.count {
            do throws(FileError) { try table.save(entries) } catch { throw .file(error) }
        }
        self.path = path
        self.files = entries.map(\.scanned)
        contents = missing.isEmpty ? [] : entries.map(\.content)
        self.remarks = remarks
        self.written = missing.count
        removed = look.removed
    }
}

/// What of a commit is not in its tree as a clone with everything would have it.
package struct CheckoutRemarks: Hashable, Sendable {
    /// Submodules whose commit was never fetched here: their folders are empty, as after a plain `git clone`.
    package var absentSubmodules: [GitFile] = []
    /// Submodules whose files are in the tree.
    package var submodules: [GitFile] = []
    /// Files that are pointers, as Git LFS has not fetched their contents.
    package var pointers: [String] = []
    /// Names of filters that were not run, with a file each; of Git LFS there is no need.
    package var filters: [String: String] = [:]

    package init() {}
}

package enum CheckoutError: Error, Hashable, Sendable {
    case git(GitError)
    case file(FileError)
    /// The contents of so many files, one of them this, are not in the repository.
    case missingContents(count: Int, of: String)
    /// A file's `working-tree-encoding` is one that is not known here.
    case unknownEncoding(String, of: String)
    /// Two paths that this file system takes for one, or of which one would have to be a folder.
    case collision(String)
    /// A file that Git LFS has fetched is not what its pointer says.
    case damagedLargeFile(String, of: String)
}

/// Where the tree ends for those who look for a repository above it: git and its like stop at such a file.
private func putMark(in path: String) throws(FileError) {
    let mark = "\(path)/.git"
    let text = Array("gitdir: this is no repository but the files of one commit\n".utf8)
    if let known = fileSignature(mark), known.size == text.count, known.signature.modified == firstTime { return }
    removeTree(mark)
    try createFile(mark, text, mode: 0o644)
    try setTime(firstTime, of: mark)
    try setTime(firstTime, of: path)
}

private func settle(folder: String) throws(FileError) {
    guard chmod(folder, 0o755) == 0 else { throw FileError(operation: "change mode of", path: folder) }
    try setTime(firstTime, of: folder)
}

/// In nanoseconds since 1970, by the clock that the file system's times are taken from.
func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// A call of the room Git, with its error as one of this room's.
func catching<Result>(_ body: () throws(GitError) -> Result) throws(CheckoutError) -> Result {
    do throws(GitError) { return try body() } catch { throw .git(error) }
}

extension GitError {
    fileprivate static func noObject(_ id: String) -> GitError {
        GitError(operation: "read the commit \(id)", code: .unsupported, cause: "its id is of a form that is not known")
    }
}
