/// What others compressed comes out as it went in; what is damaged does not come out.
import Files
import Processes
import TestSupport
import Testing

@testable import Deflate

@Suite("Zlib")
struct ZlibTests {
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
        #expect(decompressZlib([0x78, 0x9C] + noise, limit: 1 << 16) == nil)
    }

    @Test("What is no member behind a member, and an end that is missing, are damage")
    func membersAreWhole() {
        let text = Sample.text(5000, seed: 9)
        let packed = gzip(text)
        #expect(gunzip(packed + packed + gzip([]), limit: 10_000) == text + text)
        #expect(gunzip(packed + [0], limit: 1 << 20) == nil)
        #expect(gunzip(packed + packed.dropLast(), limit: 1 << 20) == nil)
        #expect(gunzip([], limit: 1 << 20) == nil)
    }

    @Test("A limit is the number of bytes that are taken", arguments: [1, 5000, 1 << 18, 600_000])
    func boundsWhatComesOut(_ size: Int) {
        let packed = gzip([UInt8](repeating: 7, count: size))
        #expect(gunzip(packed, limit: size)?.count == size)
        #expect(gunzip(packed, limit: size - 1) == nil)
    }

    @Test("A zlib stream is read, and what is damaged in it or missing is noticed")
    func readsZlib() {
        let text = Array("sections of programs are compressed so".utf8)
        let deflated = gzip(text).dropFirst(10).dropLast(8)
        var (low, high) = (1, 0)
        for byte in text {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let sum = [high >> 8, high & 255, low >> 8, low & 255].map { UInt8($0) }
        #expect(decompressZlib([0x78, 0x9C] + deflated + sum, limit: text.count) == text)
        #expect(decompressZlib([0x78, 0x9C] + deflated + sum, limit: text.count - 1) == nil)
        #expect(decompressZlib([0x78, 0x9C] + deflated + sum.reversed(), limit: 1 << 16) == nil)
        #expect(decompressZlib([0x78, 0x9C] + deflated, limit: 1 << 16) == nil)
        #expect(decompressZlib([0x78], limit: 1 << 16) == nil)
    }

    @Test("A bare stream is read when it has as many bytes in it as it should")
    func readsBareStreams() {
        let text = Sample.text(300_000, seed: 11)
        let deflated = Array(gzip(text).dropFirst(10).dropLast(8))
        deflated.withUnsafeBytes { bytes in
            #expect(inflated(bytes, size: text.count) == text)
            #expect(inflated(bytes, size: text.count - 1) == nil)
            #expect(inflated(bytes, size: text.count + 1) == nil)
            #expect(inflated(UnsafeRawBufferPointer(rebasing: bytes.dropLast()), size: text.count) == nil)
        }
    }

    @Test("A checksum goes on where another ended")
    func checksumGoesOn() {
        let (first, rest) = (Array("12345".utf8), Array("6789".utf8))
        let sum = first.withUnsafeBytes { checksum($0) }
        #expect(rest.withUnsafeBytes { checksum($0, after: sum) } == 0xCBF4_3926)
        #expect(checksum(UnsafeRawBufferPointer(start: nil, count: 0), after: sum) == sum)
    }
}
