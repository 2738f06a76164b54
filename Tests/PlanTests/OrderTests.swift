/// Needs as the user says them, and how tests are dealt out.
import Action
import Testing

@Suite struct OrderTests {
    @Test func aNeedIsAnOrderBetweenAllActionsOfBothSteps() throws {
        let graph = try World.service.plan(
            "steps: { test: { test: ./..., shards: 2, needs: [vet] }, vet: { vet: ./... }, after: { run: [x], inputs: [], needs: [test] } }\n")
        #expect(graph["test:test:1"].dependencies == [.init("download", .provision), .init("vet:vet", .order)])
        #expect(graph["test:test:2"].dependencies == [.init("download", .provision), .init("vet:vet", .order)])
        #expect(
            graph["run:after"].dependencies == [
                .init("download", .provision), .init("test:test:1", .order), .init("test:test:2", .order),
            ])
        #expect(graph.actions.map(\.id) == ["download", "vet:vet", "test:test:1", "test:test:2", "run:after"])
    }

    /// What is needed already for its output is not needed a second time.
    @Test func aNeedThatIsAnInputStaysOne() throws {
        let graph = try World.service.plan(
            "artifacts: { a: ./cmd/server }\nsteps: { r: { run: ['${artifact.a}'], inputs: [], needs: [artifact.a] } }\n")
        #expect(graph["run:r"].dependencies == [.init("download", .provision), .init("build:a:linux/amd64", .input)])
    }

    @Test func stepsWithoutNeedsOnlyShareTheDownload() throws {
        let graph = try World.service.plan("steps: { a: { vet: ./... }, b: { test: ./... }, c: { fmt: check } }\n")
        #expect(graph.actions.map { $0.dependencies.map(\.action) } == [[], ["download"], ["download"], []])
    }

    @Test(arguments: [1, 2, 3, 5, 9])
    func everyPackageIsDealtOnce(shards: Int) throws {
        var world = World.service
        for number in 1...4 {
            world.files["p\(number)/p.go"] = "package p"
            world.files["p\(number)/testdata/x"] = ""
        }
        let graph = try world.plan("steps: { t: { test: [./..., ./p1], shards: \(shards) } }\n")
        let tests = graph.actions.filter { $0.kind == .test }
        // There are seven packages, and no action is without one.
        #expect(tests.count == min(shards, 7))
        guard shards > 1 else {
            #expect(tests[0].id == "test:t")
            #expect(tests[0].argv.suffix(2).map(\.description) == ["./...", "./p1"])
            return
        }
        #expect(tests.map(\.id.text) == (1...tests.count).map { "test:t:\($0)" })
        #expect(tests[1].title == "go test, shard 2 of \(tests.count)")
        let dealt = tests.map { $0.argv.dropFirst(2).map(\.description) }
        #expect(
            dealt.flatMap(\.self).sorted()
                == ["cmd/server", "internal/check", "internal/hello", "p1", "p2", "p3", "p4"].map { "example.com/greeter/\($0)" })
        #expect(dealt.map(\.count).max()! - dealt.map(\.count).min()! <= 1)
        for (test, packages) in zip(tests, dealt) {
            #expect(test.inputs.contains("p1/testdata/x") == packages.contains("example.com/greeter/p1"))
        }
    }
}
