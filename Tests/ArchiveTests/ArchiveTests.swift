/// An archive gives back what was put into it, and refuses by name what is none.
import Action
import Archive
import Files
import Testing
import TestSupport

@Suite struct ArchiveTests {
    let folder = TemporaryFolder()

    @Test func givesBackWhatWasPutIn() throws {
        let sample = Sample(seed: 1)
        let archive = try sample.write(to: folder.path + "/a")
        #expect(archive.count == Set(sample.contents.map(\.digest)).count)
        #expect(Set(archive.digests) == Set(sample.contents.map(\.digest)))
        for bytes in sample.bodies {
            let digest = Digest(of: bytes)
            #expect(archive.contains(digest))
            #expect(archive.bytes(of: digest) == bytes)
        }
        #expect(archive.bytes(named: "first") == sample.bodies[0])
        #expect(archive.bytes(named: "second") == nil)
    }

    @Test func anEmptyOneIsWhole() throws {
        _ = try writeArchive(to: folder.path + "/a", [], names: [:])
        let archive = try Archive(at: folder.path + "/a")
        #expect(archive.count == 0)
        #expect(archive.names == [:])
        #expect(!archive.contains(Digest(of: [])))
    }

    @Test func extractsAFileWithItsMode() throws {
        let sample = Sample(seed: 2)
        let archive = try sample.write(to: folder.path + "/a")
        for (index, bytes) in sample.bodies.enumerated() {
            let place = "\(folder.path)/out\(index)"
            #expect(try archive.extract(Digest(of: bytes), to: place, mode: 0o555))
            #expect(try readFile(place) == bytes)
            #expect(fileStatus(place)?.kind == .file(executable: true))
        }
    }

    @Test func whatIsNotThereIsNotFound() throws {
        let sample = Sample(seed: 3)
        let archive = try sample.write(to: folder.path + "/a")
        #expect(archive.bytes(of: Digest(of: Array("no".utf8))) == nil)
        let known = Digest(of: sample.bodies[0])
        #expect(!archive.contains(Digest(sha256: known.sha256, size: known.size + 1)))
        #expect(!archive.contains(Digest(sha256: "no digest", size: 1)))
        #expect(try archive.extract(Digest(of: Array("no".utf8)), to: folder.path + "/out", mode: 0o444) == false)
        #expect(fileStatus(folder.path + "/out") == nil)
    }

    @Test func compressesWhatGetsSmaller() throws {
        let text = [UInt8](repeating: 65, count: 100_000)
        let size = try write([ArchiveContent(Digest(of: text), [.bytes(text)])])
        #expect(size < 1000)
        let plain = try write([ArchiveContent(Digest(of: text), [.bytes(text)], isCompressible: false)])
        #expect(plain > text.count)
        #expect(try Archive(at: "\(folder.path)/\(plain)").bytes(of: Digest(of: text)) == text)
    }

    @Test func takesTheFirstSourceThatHasIt() throws {
        let bytes = Array("the content".utf8)
        let file = folder.write("file", "the content")
        let wrong = folder.write("wrong", "another one")
        let other = try Archive(at: "\(folder.path)/\(try write([]))")
        let written = try writeArchive(
            to: folder.path + "/b",
            [
                ArchiveContent(Digest(of: bytes), [.archive(other), .file(folder.path + "/none"), .file(wrong), .file(file)]),
                ArchiveContent(Digest(of: [9]), [.file(wrong), .bytes([8])]),
            ], names: ["lost": Digest(of: [9]), "kept": Digest(of: bytes)])
        #expect(written.count == 1)
        #expect(written.missing == [Digest(of: [9])])
        let archive = try Archive(at: folder.path + "/b")
        #expect(archive.bytes(of: Digest(of: bytes)) == bytes)
        #expect(archive.names == ["kept": Digest(of: bytes)])
        #expect(written.size == fileStatus(folder.path + "/b")?.size)
    }

    @Test func framesAreTakenOver() throws {
        let sample = Sample(seed: 4)
        let first = try sample.write(to: folder.path + "/a")
        let written = try writeArchive(
            to: folder.path + "/b", first.digests.map { ArchiveContent($0, [.archive(first)]) }, names: first.names)
        #expect(written.missing == [])
        #expect(written.size == fileStatus(folder.path + "/a")?.size)
        let second = try Archive(at: folder.path + "/b")
        for bytes in sample.bodies { #expect(second.bytes(of: Digest(of: bytes)) == bytes) }
    }

    /// Else it would be carried on for ever.
    @Test func aDamagedFrameIsNotTakenOver() throws {
        let bytes = Array(0..<200).map(UInt8.init)
        let first = try writeArchive(
            to: folder.path + "/a", [ArchiveContent(Digest(of: bytes), [.bytes(bytes)])], names: [:])
        #expect(first.count == 1)
        flip(folder.path + "/a", at: 20)
        let written = try writeArchive(
            to: folder.path + "/b",
            [ArchiveContent(Digest(of: bytes), [.archive(try Archive(at: folder.path + "/a"))])], names: [:])
        #expect(written.missing == [Digest(of: bytes)])
    }

    @Test func saysWhatIsNoArchive() throws {
        let path = folder.path + "/a"
        func refusal(_ bytes: [UInt8]) throws -> ArchiveError? {
            removeTree(path)
            try createFile(path, bytes, mode: 0o644)
            do throws(ArchiveError) {
                _ = try Archive(at: path)
                return nil
            } catch {
                return error
            }
        }
        #expect(throws: ArchiveError.unreadable(FileError(operation: "open", path: path, code: 2))) { try Archive(at: path) }
        #expect(throws: ArchiveError.notAnArchive(path: folder.path)) { try Archive(at: folder.path) }
        #expect(try refusal([]) == .notAnArchive(path: path))
        #expect(try refusal(Array("PK and so on".utf8)) == .notAnArchive(path: path))
        #expect(try refusal(Array("pipeline-ar".utf8)) == .truncated(path: path))
        removeTree(path)
        _ = try writeArchive(to: path, [], names: [:])
        let whole = try readFile(path)
        #expect(try refusal(whole.dropLast()) == .truncated(path: path))
        var other = whole
        other[whole.count - 24] = 7
        #expect(try refusal(other) == .otherVersion(path: path, version: 7))
        #expect(ArchiveError.otherVersion(path: "f", version: 7).description
            == "f has version 7 of the format; this program reads version 1")
        other = whole
        other[17] ^= 1
        #expect(try refusal(other) == .damaged(path: path))
    }

    private func write(_ contents: [ArchiveContent]) throws -> Int {
        let size = try writeArchive(to: folder.path + "/new", contents, names: [:]).size
        let bytes = try readFile(folder.path + "/new")
        removeTree(folder.path + "/new")
        try createFile("\(folder.path)/\(size)", bytes, mode: 0o644)
        return size
    }
}
