/// Digests against the published vectors of SHA-256, and of files against bytes.
import Action
import Files
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct DigestTests {
    /// FIPS 180-4's examples (NIST, "SHA256.pdf").
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownVectors(text: String, sha256: String) {
        #expect(Digest(of: Array(text.utf8)) == Digest(sha256: sha256, size: text.utf8.count))
    }

    @Test func aMillionTimesA() {
        let digest = Digest(of: repeatElement(UInt8(ascii: "a"), count: 1_000_000))
        #expect(digest.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(digest.size == 1_000_000)
    }

    @Test(arguments: [0, 1, 64, 1 << 18, (1 << 18) + 1, 600_000])
    func aFileHasTheDigestOfItsBytes(size: Int) throws {
        let folder = TemporaryFolder()
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try createFile("\(folder.path)/f", bytes, mode: 0o644)
        #expect(try Digest(ofFile: "\(folder.path)/f") == Digest(of: bytes))
        #expect(symlink("f", "\(folder.path)/link") == 0)
        #expect(try Digest(ofFile: "\(folder.path)/link") == Digest(of: bytes))
    }

    @Test func noncontiguousBytesAreTheSameBytes() {
        #expect(Digest(of: (0..<100).lazy.map { UInt8($0) }) == Digest(of: (0..<100).map { UInt8($0) }))
    }

    @Test func anAbsentFileIsAnError() {
        #expect(throws: FileError(operation: "open", path: "/nowhere/at/all", code: ENOENT)) {
            try Digest(ofFile: "/nowhere/at/all")
        }
    }

    @Test func theDescriptionNamesTheAlgorithm() {
        #expect(Digest(sha256: "ab", size: 1).description == "sha256:ab")
    }
}
