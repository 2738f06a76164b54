/// Two binaries made for the purpose, and what is said of them.
import Diagnostics
import Image
import Testing

@testable import Verify

@Suite("Comparing binaries")
struct CompareTests {
    /// Of no format that is known: as far as a Mach-O or PE file is looked at.
    private func program(_ body: String, buildID: String = "one", settings: [String] = []) -> [UInt8] {
        let id = [0xFF] + Array(" Go build ID: \"\(buildID)\"\n ".utf8) + [0xFF]
        let modules = "path\texample.com/app\nmod\texample.com/app\t(devel)\t\n" + settings.map { "build\t\($0)\n" }.joined()
        let frame = [UInt8](repeating: 0xE0, count: 16)
        func counted(_ bytes: [UInt8]) -> [UInt8] {
            var (length, rest): ([UInt8], Int) = ([], bytes.count)
            while rest >= 128 {
                length.append(UInt8(rest & 127 | 128))
                rest >>= 7
            }
            return length + [UInt8(rest)] + bytes
        }
        let head = [0xFF] + Array(" Go buildinf:".utf8) + [8, 2] + [UInt8](repeating: 0, count: 16)
        let before = id + Array(body.utf8) + [0]
        return before + [UInt8](repeating: 0, count: (16 - before.count % 16) % 16) + head + counted(Array("go1.27.3".utf8))
            + counted(frame + Array(modules.utf8) + frame)
    }

    private func compare(_ a: [UInt8], _ b: [UInt8], folders: [String] = [], values: [LinkerValue] = []) -> [Diagnostic] {
        compareBinaries(
            ComparedBinary(name: "here", bytes: a, folders: folders, values: values), ComparedBinary(name: "there", bytes: b)
        ).map { $0.diagnostic("here", "there") }
    }

    @Test("Equal bytes have no difference") func isEqual() { #expect(compare(program("a"), program("a")) == []) }

    @Test("The build ID alone is told from code")
    func namesBuildID() {
        let found = compare(program("a"), program("a", buildID: "two"))
        #expect(found.map(\.id) == ["verify/build-id"] && found[0].notes.map(\.message) == ["here: one", "there: two"])
    }

    @Test("Stamps, settings and modules are named by the build information")
    func namesSettings() {
        let found = compare(
            program("a", settings: ["CGO_ENABLED=1", "vcs.revision=c0ffee", "vcs.modified=true"]),
            program("a", settings: ["CGO_ENABLED=0", "vcs.revision=c0ffee", "vcs.modified=false"]))
        #expect(found.map(\.id) == ["verify/build-setting", "verify/vcs-stamp"])
        #expect(found[0].message.contains("CGO_ENABLED") && found[1].message.contains("vcs.modified"))
    }

    @Test("A folder's path and a linker's value are found in the bytes")
    func namesTexts() {
        let found = compare(program("in /home/ada/work/app"), program("in /srv/build/app/x"), folders: ["/home/ada/work"])
        #expect(found.map(\.id) == ["verify/folder"])
        let valued = compare(
            program("version 1.2.3 here"), program("version 1.2.4 here"), values: [LinkerValue(variable: "main.version", value: "1.2.3")])
        #expect(valued.map(\.id) == ["verify/linker-value"] && valued[0].message.contains("main.version"))
    }

    @Test("What nothing explains is shown where it begins")
    func showsBytes() {
        let found = compare(program("some words"), program("some wards"))
        #expect(found.map(\.id) == ["verify/content"])
        #expect(found[0].notes.map(\.message) == ["here:  some words", "there:  some wards"] || found[0].notes.count == 2)
    }

    @Test(
        "Flags of the linker are split as the go command splits them",
        arguments: [
            ("-s -w -X main.a=b", ["main.a=b"]), ("-X 'main.a=b c' -X=main.d=e", ["main.a=b c", "main.d=e"]),
            ("-X \"main.a=it's\"", ["main.a=it's"]), ("-X", []), ("-Xmain.a=b", []), ("", []), ("-X main.a", []),
        ])
    func splitsFlags(_ flags: String, _ values: [String]) {
        #expect(linkerValues(in: flags).map { "\($0.variable)=\($0.value)" } == values)
    }

    @Test(
        "Times are known by their look",
        arguments: [
            ("at 10:11:12", true), ("Jan  2 2026", true), ("2026-01-02", true), ("built 1767323045", true), ("version 1.2.3", false),
            ("c0ffee12", false),
        ])
    func knowsTimes(_ text: String, _ expected: Bool) { #expect(isTime(text) == expected) }
}
