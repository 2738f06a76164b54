/// What is said of an image: read out of programs, written in forms that others know, the same every time.
import Action
import Testing

@testable import Image

@Suite("Statements")
struct StatementTests {
    /// A program as far as its build information goes: a mark, a length and a text, the same again in a frame.
    private func program(_ modules: String, before: Int = 64) -> [UInt8] {
        func counted(_ bytes: [UInt8]) -> [UInt8] {
            var length: [UInt8] = []
            var rest = bytes.count
            while rest >= 128 {
                length.append(UInt8(rest & 127 | 128))
                rest >>= 7
            }
            return length + [UInt8(rest)] + bytes
        }
        let frame = [UInt8](repeating: 0xE0, count: 16)
        let head = [0xFF] + Array(" Go buildinf:".utf8) + [8, 2] + [UInt8](repeating: 0, count: 16)
        return [UInt8](repeating: 0, count: before) + head + counted(Array("go1.27.3".utf8))
            + counted(frame + Array(modules.utf8) + frame)
    }

    private let modules = """
        path\texample.com/team/app/cmd/server
        mod\texample.com/team/app\t(devel)\t
        dep\texample.com/a\tv1.2.3\th1:aaa=
        dep\texample.com/old\tv1.0.0\th1:bbb=
        =>\texample.com/New_Fork\tv1.0.1+x\th1:ccc=
        build\t-ldflags="-s -w"
        build\tGOARCH=amd64

        """

    @Test("A program's modules are found, replacements in their place")
    func readsBuildInfo() throws {
        let info = try #require(GoBuildInfo(program: program(modules)))
        #expect(info.goVersion == "go1.27.3" && info.package == "example.com/team/app/cmd/server")
        #expect(info.main?.path == "example.com/team/app" && info.main?.version == "(devel)")
        #expect(info.dependencies.map(\.path) == ["example.com/a", "example.com/New_Fork"])
        #expect(info.dependencies.map(\.sum) == ["h1:aaa=", "h1:ccc="])
        #expect(info.settings["GOARCH"] == "amd64" && info.settings["-ldflags"] == "\"-s -w\"")
    }

    @Test("What is no such program has none", arguments: 0..<90)
    func survivesDamage(_ length: Int) {
        let whole = program(modules)
        _ = GoBuildInfo(program: Array(whole.prefix(64 + length)))
        #expect(GoBuildInfo(program: program(modules, before: 60)) == nil)
        #expect(GoBuildInfo(program: Array(whole.prefix(64 + min(length, 32)))) == nil)
    }

    @Test("The bill of materials has every module once, by its package URL")
    func writesBill() throws {
        let info = try #require(GoBuildInfo(program: program(modules)))
        let digest = Digest(of: [1, 2, 3])
        let bill = billOfMaterials(of: "server", digest: digest, info, creator: "pipeline-1", time: 0)
        #expect(bill == billOfMaterials(of: "server", digest: digest, info, creator: "pipeline-1", time: 0))
        let urls = bill["packages"]?.list.compactMap { $0["externalRefs"]?.list.first?["referenceLocator"]?.text }
        #expect(
            urls == [
                "pkg:golang/example.com/team/app", "pkg:golang/stdlib@1.27.3", "pkg:golang/example.com/a@v1.2.3",
                "pkg:golang/example.com/new_fork@v1.0.1%2Bx",
            ])
        let ids = Set(bill["packages"]?.list.compactMap { $0["SPDXID"]?.text } ?? [])
        let related = bill["relationships"]?.list ?? []
        #expect(ids.count == 5 && related.count == 5)
        for relation in related {
            for end in ["spdxElementId", "relatedSpdxElement"] {
                let id = relation[end]?.text ?? ""
                #expect(ids.contains(id) || id == "SPDXRef-DOCUMENT")
            }
        }
        #expect(bill["packages"]?.list.first?["checksums"]?.list.first?["checksumValue"]?.text == digest.sha256)
    }

    @Test("Provenance names what went in and what came out")
    func writesProvenance() {
        let (root, program) = (Digest(of: [1]), Digest(of: [2]))
        let statement = Provenance(
            name: "server", subject: root, artifact: "server", programs: ["linux/amd64": program], goVersion: "go1.27.3",
            commit: ("c0ffee", true), base: ("b@sha256:12", "sha256:12"), builder: "pipeline:1"
        ).statement
        #expect(statement["_type"]?.text == "https://in-toto.io/Statement/v1")
        #expect(statement["subject"]?.list.first?["digest"]?["sha256"]?.text == root.sha256)
        let definition = statement["predicate"]?["buildDefinition"]
        let materials = definition?["resolvedDependencies"]?.list ?? []
        #expect(materials.map { $0["digest"] } == [["gitCommit": "c0ffee"], nil, ["sha256": "12"]])
        #expect(materials.first?["annotations"] == ["modified": true])
        let products = statement["predicate"]?["runDetails"]?["byproducts"]?.list ?? []
        #expect(products.first?["digest"]?["sha256"]?.text == program.sha256)
    }
}
