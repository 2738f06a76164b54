/// Archives of the system's tar are read as they are, and damaged ones are not.
import Files
import Processes
import TestSupport
import Testing

@testable import Image

@Suite("Reading tar")
struct ReadTarTests {
    @Test("Names, links and contents, in the forms of others", arguments: ["gnu", "pax", "ustar", "v7"])
    func readsOthers(_ format: String) async throws {
        let place = TemporaryFolder()
        let long = format == "gnu" || format == "pax" ? String(repeating: "long-", count: 30) : "short"
        place.write("tree/\(long)", "content of it")
        place.write("tree/a", "hello")
        let said = try await capture(
            Command(
                executable: "/bin/sh",
                arguments: ["-c", "cd tree; ln -s '\(long)' link; ln a hard; tar --format=\(format) -cf - a hard link ./\(long)"],
                environment: ["PATH": "/usr/bin:/bin"], directory: place.path))
        #expect(said.exit == .code(0))
        let members = try #require(readTar(said.standardOutput))
        #expect(members.map(\.path) == ["a", "hard", "link", long])
        #expect(members.map(\.kind) == [.file, .hardLink("a"), .symbolicLink(long), .file])
        #expect(String(decoding: said.standardOutput[members[3].content], as: UTF8.self) == "content of it")
        #expect(readTar(Array(said.standardOutput.dropFirst(100))) == nil)
    }

    @Test("Our own are read too, and noise is no archive")
    func readsOwn() throws {
        let bytes = tarHeader(TarEntry("usr/bin/app", .file(size: 3), mode: 0o755)) + Array("abc".utf8) + tarPadding(3) + tarEnd
        #expect(try #require(readTar(bytes)).map(\.path) == ["usr/bin/app"])
        var numbers = SeededNumbers(seed: 1)
        #expect(readTar((0..<4096).map { _ in UInt8.random(in: 1...255, using: &numbers) }) == nil)
        #expect(readTar([]) == nil && readTar([UInt8](repeating: 0, count: 512)) == [])
    }
}
