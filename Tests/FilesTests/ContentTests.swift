/// Whole contents in and out: pieces, modes, and files that are there already.
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ContentTests {
    let folder = TemporaryFolder()

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 700_001])
    func contentComesBackWhole(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try createFile("\(folder.path)/f", bytes, mode: 0o644)
        #expect(try readFile("\(folder.path)/f") == bytes)
    }

    @Test func piecesComeInOrderAndAreNoLargerThanSaid() throws {
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
        try createFile("\(folder.path)/f", bytes, mode: 0o644)
        var sizes: [Int] = []
        var all: [UInt8] = []
        try readPieces(of: "\(folder.path)/f") { piece in
            sizes.append(piece.count)
            all += piece
        }
        #expect(all == bytes)
        #expect(sizes.allSatisfy { (1...(1 << 18)).contains($0) })
        #expect(sizes.count > 1)
    }

    @Test(arguments: [0o644, 0o755, 0o444, 0o555, 0o600] as [mode_t])
    func theModeIsTheOneAskedForWhateverTheMask(wanted: mode_t) throws {
        try createFile("\(folder.path)/f", [], mode: wanted)
        #expect(mode("\(folder.path)/f") == wanted)
        try copyFile("\(folder.path)/f", to: "\(folder.path)/g", mode: 0o777)
        #expect(mode("\(folder.path)/g") == 0o777)
    }

    @Test func aFileThatIsThereIsNotOverwritten() throws {
        folder.write("f", "old")
        let refusal = FileError(operation: "create", path: "\(folder.path)/f", code: EEXIST)
        #expect(throws: refusal) { try createFile("\(folder.path)/f", [1], mode: 0o644) }
        folder.write("g", "new")
        #expect(throws: refusal) { try copyFile("\(folder.path)/g", to: "\(folder.path)/f", mode: 0o644) }
        #expect(folder.read("f") == "old")
    }

    @Test func aLinkIsReadThrough() throws {
        folder.write("f", "text")
        #expect(symlink("f", "\(folder.path)/link") == 0)
        #expect(try readFile("\(folder.path)/link") == Array("text".utf8))
        try copyFile("\(folder.path)/link", to: "\(folder.path)/copy", mode: 0o644)
        #expect(fileStatus("\(folder.path)/copy")?.kind == .file(executable: false))
    }

    @Test func anErrorSaysWhatWasTriedWhereAndWhy() {
        #expect(throws: FileError(operation: "open", path: "\(folder.path)/none", code: ENOENT)) {
            try readFile("\(folder.path)/none")
        }
        #expect(throws: FileError(operation: "read", path: folder.path, code: EISDIR)) { try readFile(folder.path) }
        #expect(
            FileError(operation: "make folder", path: "/a b", code: ENOENT).description
                == "cannot make folder /a b: No such file or directory")
        #expect(FileError(operation: "open", path: "x", code: EACCES).description == "cannot open x: Permission denied")
    }
}
