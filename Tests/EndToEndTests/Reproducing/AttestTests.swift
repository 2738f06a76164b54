/// What is attested, before judges that nobody here wrote: published schemas, SPDX's own tools, other cryptography.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct Attest {
        /// The example, known to the warm store, and a folder for what is written.
        private func desk() async throws -> Desk { try await WarmStore.knownExample() }

        @Test("Every document holds against its published schema, and its signatures against another's cryptography", .needsStatementJudge)
        func holdsBeforeJudges() async throws {
            let desk = try await desk()
            let judge = StatementJudge(desk.folder.path)
            for kind in ["ed25519", "p256-pkcs8", "p256-sec1"] { try await judge.makeKey(kind) }
            let sec1 = try #require(readText("\(desk.folder.path)/p256-sec1.pem"))
            try #require(sec1.contains("BEGIN EC PRIVATE KEY"))
            let ended = try await desk.start(
                ["attest", "--json", "--output", "../out", "--key", "../ed25519.pem", "--key", "../p256-pkcs8.pem", "--key", "env:SIGNING_KEY"],
                environment: ["SIGNING_KEY": sec1]
            ).end()
            try #require(ended.exit == .code(0), "\(ended.transcript)")
            let report = try JSONValue(ended.out)
            #expect(report.names == ["version", "subjects", "keys"] && report["keys"].list?.count == 3)
            let subjects = report["subjects"].list ?? []
            #expect(subjects.map { $0["name"].string } == ["greet-linux-amd64", "server-linux-amd64", "server-linux-arm64"])
            for subject in subjects { #expect(subject.names == ["name", "digest", "files"] && subject["files"].list?.count == 6) }
            let files = subjects.flatMap { $0["files"].list ?? [] }.map { (kind: $0["kind"].string ?? "", path: $0["path"].string ?? "") }
            let verdicts = try await judge.judge(files, ["ed25519", "p256-pkcs8", "p256-sec1"])
            try #require(verdicts.count == files.count && files.count == 18)
            for (file, verdict) in zip(files, verdicts) { #expect(verdict == "ok", "\(file.path): \(verdict)") }
        }

        @Test("The same commit has the same statements, in any folder; they name what went in, and no path of the machine")
        func isDeterministic() async throws {
            let desk = try await desk()
            let first = try await desk.start(["attest", "server", "--output", "../one"]).end()
            try #require(first.exit == .code(0), "\(first.transcript)")
            #expect(first.out.hasSuffix("not signed: no --key\n"))
            let other = try await Desk.copy(of: desk.root, store: WarmStore.path, git: false)
            let second = try await other.start(["attest", "server", "--output", "../two"], environment: ["TZ": "Asia/Tokyo", "USER": "x"]).end()
            try #require(second.exit == .code(0), "\(second.transcript)")
            let written = (names(in: "\(desk.folder.path)/one") ?? []).sorted()
            #expect(written.count == 6)
            for name in written {
                let text = readText("\(desk.folder.path)/one/\(name)")
                #expect(text != nil && text == readText("\(other.folder.path)/two/\(name)"), "\(name)")
                #expect(text?.contains(desk.folder.path) == false && text?.contains(WarmStore.path) == false)
            }
            let statement = try JSONValue(readText("\(desk.folder.path)/one/server-linux-amd64.provenance.json") ?? "")
            let definition = statement["predicate"]["buildDefinition"]
            let commit = try await desk.shell("git rev-parse HEAD").dropLast()
            let materials = definition["resolvedDependencies"].list ?? []
            #expect(materials.first?["digest"]["gitCommit"].string == String(commit))
            #expect(materials.first?["annotations"]["tree"].string == "clean")
            for name in ["pipeline.yaml", "go.sum", "go.mod"] {
                let sum = try await desk.shell("sha256sum \(name)").prefix(64)
                #expect(materials.contains { $0["name"].string == name && $0["digest"]["sha256"].string == String(sum) }, "\(name)")
            }
            #expect(materials.contains { $0["uri"].string == "pkg:generic/go@1.27.3" })
            #expect(definition["externalParameters"]["ldflags"].string == "-s -w -X main.version=1.0.0")
            desk.write("notes.txt", "to be done\n")
            let dirty = try await desk.start(["attest", "server", "--output", "../three"]).end()
            try #require(dirty.exit == .code(0), "\(dirty.transcript)")
            let changed = readText("\(desk.folder.path)/three/server-linux-amd64.provenance.json") ?? ""
            #expect(changed.contains("\"tree\":\"dirty\""))
        }

        @Test("A check says exactly what does not hold", .needsStatementJudge)
        func checks() async throws {
            let desk = try await desk()
            let judge = StatementJudge(desk.folder.path)
            for kind in ["ed25519", "p256-sec1"] { try await judge.makeKey(kind) }
            let made = try await desk.start(["attest", "greet", "--output", "../out", "--key", "../ed25519.pem"]).end()
            try #require(made.exit == .code(0), "\(made.transcript)")
            let envelope = "../out/greet-linux-amd64.provenance.dsse.json"
            func check(_ arguments: String...) async throws -> (code: Ended.Exit, ids: [String]) {
                let ended = try await desk.start(["attest", "--check", "--json"] + arguments).end()
                return (ended.exit, (try JSONValue(ended.out)["diagnostics"].list ?? []).compactMap { $0["id"].string })
            }
            let right = try await check(envelope, "../out/greet-linux-amd64.cdx.dsse.json", "--key", "../ed25519.pub.pem")
            #expect(right.code == .code(0) && right.ids == [])
            #expect(try await check(envelope, "--key", "../ed25519.pem").code == .code(0))
            #expect(try await check(envelope).ids == ["attest/unchecked"])
            #expect(try await check("../out/greet-linux-amd64.provenance.json").ids == ["attest/unsigned"])
            let unsigned = try await check("../out/greet-linux-amd64.provenance.json", "--key", "../ed25519.pub.pem")
            #expect(unsigned.code == .code(4) && unsigned.ids == ["attest/unsigned"])
            let other = try await check(envelope, "--key", "../p256-sec1.pub.pem")
            #expect(other.code == .code(4) && other.ids == ["attest/other-key"])

            let linked = try await desk.run("artifact.greet").finished("build:greet:linux/amd64").outputs.first?["path"].string ?? ""
            #expect(try await check(envelope, "--key", "../ed25519.pub.pem", "--subject", linked).code == .code(0))
            let wrong = try await check(envelope, "--key", "../ed25519.pub.pem", "--subject", "go.mod")
            #expect(wrong.code == .code(4) && wrong.ids == ["attest/other-digest"])

            try await judge.forge(envelope: "\(desk.folder.path)/out/greet-linux-amd64.provenance.dsse.json", to: "\(desk.folder.path)/forged.json")
            let forged = try await check("../forged.json", "--key", "../ed25519.pub.pem")
            #expect(forged.code == .code(4) && forged.ids == ["attest/bad-signature", "attest/other-digest"])

            desk.folder.write("broken.json", "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"%%\",\"signatures\":[]}")
            #expect(try await check("../broken.json", "--key", "../ed25519.pub.pem").code == .code(2))
            desk.folder.write("typed.json", "{\"payloadType\":\"text/plain\",\"payload\":\"YQ==\",\"signatures\":[{\"sig\":\"YQ==\"}]}")
            let typed = try await check("../typed.json")
            #expect(typed.code == .code(2) && typed.ids == ["attest/payload-type"])
            #expect(try await check(envelope, "--key", "go.mod").ids == ["attest/no-key"])
            #expect(try await desk.pipeline("attest", "--output", "../x", "--key", "env:NOT_THERE").exit == .code(2))
        }
    }
}
