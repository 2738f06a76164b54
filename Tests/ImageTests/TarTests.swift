/// Archives of ours are what the system's tar reads, with names, owners and times of any size.
import Files
import Processes
import TestSupport
import Testing

@testable import Image

@Suite("Tar")
struct TarTests {
    @Test("The system's tar lists what was put in")
    func isReadByOthers() async throws {
        let long = String(repeating: "a-folder-with-a-name/", count: 12) + "file"
        var tar: [UInt8] = []
        func add(_ entry: TarEntry, _ content: String = "") {
            tar += tarHeader(entry) + Array(content.utf8) + tarPadding(content.utf8.count)
        }
        add(TarEntry("usr", .folder, mode: 0o755, time: 1))
        add(TarEntry("usr/a", .file(size: 5), mode: 0o4755, user: 65532, group: 65532, time: 1_700_000_000), "hello")
        add(TarEntry("tmp", .folder, mode: 0o1777))
        add(TarEntry(long, .file(size: 513), mode: 0o644, user: 3_000_000, group: 4_000_000_000), String(repeating: "x", count: 513))
        add(TarEntry("grüße", .file(size: 0), mode: 0o600))
        add(TarEntry("link", .link(long), mode: 0o777))
        add(TarEntry("late", .file(size: 0), mode: 0o644, time: 1 << 34))
        let place = TemporaryFolder()
        try createFile("\(place.path)/a.tar", tar + tarEnd, mode: 0o644)
        let said = try await capture(
            Command(
                executable: "/bin/sh", arguments: ["-c", "exec tar --numeric-owner --utc --full-time -tvf a.tar"],
                environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"], directory: place.path))
        #expect(said.exit == .code(0) && said.standardError.isEmpty)
        let lines = String(decoding: said.standardOutput, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        #expect(
            lines == [
                "drwxr-xr-x 0/0 0 1970-01-01 00:00:01 usr/",
                "-rwsr-xr-x 65532/65532 5 2023-11-14 22:13:20 usr/a",
                "drwxrwxrwt 0/0 0 1970-01-01 00:00:00 tmp/",
                "-rw-r--r-- 3000000/4000000000 513 1970-01-01 00:00:00 \(long)",
                "-rw------- 0/0 0 1970-01-01 00:00:00 grüße",
                "lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 link -> \(long)",
                "-rw-r--r-- 0/0 0 2514-05-30 01:53:04 late",
            ])
    }

    @Test("A header's own length is counted in it, also where that makes it longer")
    func recordsCountThemselves() throws {
        for count in 80...120 {
            let header = tarHeader(TarEntry("é" + String(repeating: "n", count: count), .folder, mode: 0o755))
            let record = header[512...].prefix { $0 != UInt8(ascii: "\n") }
            let length = try #require(Int(String(decoding: record.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)))
            #expect(length == record.count + 1)
            #expect(header.count % 512 == 0)
        }
    }
}
