/// What is fetched for tools is on record: what, at which version, with which hash, and from where.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo)
    struct ToolFetches {
        private let pinned = """
            tools:
              shout: example.com/shout/cmd/shout@VERSION
            steps:
              say: { tool: shout, args: [hello] }

            """

        private func hash(_ bench: ToolDesk, _ module: String) throws -> String {
            let mark = "\tsum \(module) \(bench.version) "
            let lock = try #require(bench.desk.read("pipeline.lock"))
            return String(try #require(lock.lines.first { $0.hasPrefix(mark) }).dropFirst(mark.count))
        }

        private func fetched(_ bench: ToolDesk, from source: String) throws -> Set<[String]> {
            Set(try ["example.com/shout", "example.com/upper"].map { [$0, bench.version, try hash(bench, $0), source] })
        }

        private func rows(_ events: [JSONValue]) -> Set<[String]> {
            Set(events.map { event in ["name", "version", "hash", "from"].map { event[$0].string ?? "" } })
        }

        @Test func whoLocksFetches() async throws {
            let bench = try await ToolDesk(pinned)
            let locked = try await bench.tool("lock", "--json")
            #expect(locked.exit == .code(0), "\(locked.transcript)")
            let document = try JSONValue(locked.out)
            #expect(document["file"].string == "pipeline.lock" && document["written"].bool == true)
            let hash = try hash(bench, "example.com/shout")
            #expect(document["tools"].list == [.object([
                "package": .string("example.com/shout/cmd/shout"), "version": .string(bench.version),
                "module": .string("example.com/shout"), "hash": .string(hash),
            ])])
            #expect(rows(document["fetched"].list ?? []) == (try fetched(bench, from: "file://\(bench.proxy)")), "\(locked.out)")
            // Nothing is fetched twice.
            let again = try JSONValue(try await bench.tool("lock", "--json").out)
            #expect(again["written"].bool == false && again["fetched"].list == [])
            let installed = try JSONValue(try await bench.tool("install", "--json", "--bin", "bin").out)
            #expect(installed["fetched"].list == [] && installed["tools"].list?.first?["program"].string == "\(bench.desk.root)/bin/shout")
        }

        /// A machine that has the lock and nothing else; where the first of two proxies has nothing, it is the second.
        @Test(arguments: [true, false])
        func theRunRecordSaysFromWhere(_ firstHasIt: Bool) async throws {
            let bench = try await ToolDesk(pinned)
            #expect(try await bench.tool("lock").exit == .code(0))
            let server = try await FolderServer(firstHasIt ? bench.proxy : "\(bench.desk.folder.path)/nothing")
            let machine = Desk()
            let file = try #require(bench.desk.read("pipeline.yaml"))
            let proxies = "\(server.address),file://\(bench.proxy)"
            machine.write("pipeline.yaml", file.replacing("file://\(bench.proxy)", with: proxies))
            machine.write("pipeline.lock", try #require(bench.desk.read("pipeline.lock")))
            let run = try await machine.run()
            let asked = await server.stop()
            run.expectGreen()
            #expect(run.output(of: "tool:say:run") == ["HELLO"])
            let events = run.events("fetched")
            let source = firstHasIt ? server.address : "file://\(bench.proxy)"
            #expect(rows(events) == (try fetched(bench, from: source)), "\(run.ended.transcript)")
            #expect(events.allSatisfy { $0["action"].string == "tool:shout" && $0["step"].string == "tool.shout" })
            #expect(asked.contains { $0.contains("/example.com/upper/@v/\(bench.version).zip") }, "\(asked)")
            // Its own questions are nobody's output.
            #expect(!run.output(of: "tool:shout").contains { $0.contains("# get") }, "\(run.ended.transcript)")

            let verified = try await machine.start(["tool", "verify", "--store", machine.store, "--json"]).end()
            #expect(verified.exit == .code(0), "\(verified.transcript)")
            let document = try JSONValue(verified.out)
            #expect(document["clean"].bool == true && document["diagnostics"].list == [])
            let modules = document["modules"].list ?? []
            #expect(rows(modules) == (try fetched(bench, from: source)), "\(verified.out)")
            #expect(modules.allSatisfy { $0["state"].string == "right" && $0["fetched_at"].int ?? 0 > 1_700_000_000 })
        }

        /// Modules of the repository itself, and with them the tools of `tool` lines.
        @Test func toolLinesToo() async throws {
            let bench = try await ToolDesk("tools: go.mod\nsteps: { say: { tool: shout, args: [hi] } }\n")
            bench.desk.write("go.mod", "module example.com/app\n\ngo 1.24\n")
            let added = try await bench.tool("add", "example.com/shout/cmd/shout@\(bench.version)")
            #expect(added.exit == .code(0), "\(added.transcript)")
            let machine = Desk()
            for file in ["pipeline.yaml", "go.mod", "go.sum"] { machine.write(file, try #require(bench.desk.read(file))) }
            let run = try await machine.run()
            run.expectGreen()
            let events = run.events("fetched")
            #expect(Set(events.map { $0["name"].string }) == ["example.com/shout", "example.com/upper"], "\(run.ended.transcript)")
            #expect(events.allSatisfy { $0["from"].string == "file://\(bench.proxy)" && $0["hash"].string?.hasPrefix("h1:") == true })
            #expect(!run.ended.out.contains("# get"))
        }

        @Test func aProgramToo() async throws {
            let desk = Desk()
            desk.write("out/hello", "#!/bin/sh\necho hello $1\n")
            let hash = try await desk.shell("sha256sum <out/hello").prefix(64)
            let address = "file://\(desk.root)/out/hello"
            desk.write(
                "pipeline.yaml",
                "version: 1\ntools:\n  hello:\n    linux/amd64: { url: \"\(address)\", sha256: \"\(hash)\" }\nsteps: { hi: { tool: hello } }\n")
            let run = try await desk.run()
            run.expectGreen()
            #expect(rows(run.events("fetched")) == [["hello", "", "sha256:\(hash)", address]], "\(run.ended.transcript)")
            #expect(try await desk.run().events("fetched").isEmpty)
        }
    }
}
