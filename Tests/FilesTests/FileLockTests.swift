/// A lock is held by one, also within a process, and given back.
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct FileLockTests {
    let folder = TemporaryFolder()

    @Test func itIsHeldByOne() throws {
        let path = "\(folder.path)/lock"
        let first = try #require(try FileLock(at: path))
        #expect(try FileLock(at: path) == nil)
        first.release()
        let second = try #require(try FileLock(at: path))
        #expect(fileStatus(path)?.kind == .file(executable: false))
        second.release()
    }

    @Test func whereNoFileCanBeThereIsNoLock() {
        #expect(throws: FileError(operation: "open", path: "\(folder.path)/no/lock", code: ENOENT)) {
            try FileLock(at: "\(folder.path)/no/lock")
        }
    }
}
