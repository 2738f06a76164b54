/// What others compressed comes out as it went in; what is damaged does not come out.
import Files
import Processes
import TestSupport
import Testing

@testable import Deflate

@Suite("Inflate")
struct InflateTests {
    @Test("What we compress comes out again", arguments: Sample.all)
    func roundTrips(_ sample: Sample) {
        #expect(gunzip(gzip(sample.bytes), limit: 1 << 30) == sample.bytes)
    }

    @Test("What the system's gzip compresses comes out, at every effort, several members too", arguments: ["-1", "-6", "-9"])
    func readsOthers(_ effort: String) async throws {
        let place = TemporaryFolder()
        let text = Sample.text(300_000, seed: 5)
        try createFile("\(place.path)/a", text, mode: 0o644)
        let said = try await capture(
            Command(
                executable: "/bin/sh", arguments: ["-c", "gzip -k \(effort) a; cat a.gz a.gz"], environment: ["PATH": "/usr/bin:/bin"],
                directory: place.path))
        #expect(gunzip(said.standardOutput, limit: 1 << 30) == text + text)
        #expect(gunzip(said.standardOutput, limit: text.count) == nil)
    }

    @Test("A damaged stream is refused, and nothing worse", arguments: 0..<40)
    func refusesDamage(_ seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let text = Sample.text(5000, seed: 7)
        var packed = gzip(text)
        let place = Int.random(in: 10..<packed.count, using: &numbers)
        packed[place] ^= UInt8.random(in: 1...255, using: &numbers)
        #expect(gunzip(packed, limit: 1 << 20) == nil)
        #expect(gunzip(Array(packed.prefix(place)), limit: 1 << 20) == nil)
        let noise = (0..<200).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        _ = decompressZlib([0x78, 0x9C] + noise, limit: 1 << 16)
    }

    @Test("A zlib stream is read without its head and checksum")
    func readsZlib() {
        let text = Array("sections of programs are compressed so".utf8)
        let deflated = gzip(text).dropFirst(10).dropLast(8)
        #expect(decompressZlib([0x78, 0x9C] + deflated, limit: 1 << 16) == text)
        #expect(decompressZlib([0x78], limit: 1 << 16) == nil)
    }
}
