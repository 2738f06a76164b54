/// Which questions are put to `go list`, and how.
import Pipeline
import Plan
import Testing

@Suite struct ListingTests {
    private func keys(_ yaml: String, _ world: World = .service) throws -> [String] {
        let (pipeline, _) = try world.pipeline(yaml)
        return listingKeys(pipeline, world.facts(for: pipeline)).map { key in
            "\(key.scope.directory) \(key.platform)\(key.cgo ? " cgo" : "")" + key.tags.map { " \($0)" }.joined()
        }
    }

    @Test func eachIsAskedOnce() throws {
        #expect(
            try keys("artifacts: { a: ./cmd/server, b: ./cmd/server }\nsteps: { v: { vet: ./... }, t: { test: ./... } }\n")
                == [". linux/amd64"])
    }

    @Test func platformsTagsAndCgoAreQuestionsOfTheirOwn() throws {
        #expect(
            try keys(
                """
                artifacts: { a: { build: ./cmd/server, platforms: [linux/amd64, windows/amd64] } }
                steps: { v: { vet: ./..., tags: [x, y] }, t: { test: ./..., race: true }, c: { build: ./..., cgo: true } }

                """) == [". linux/amd64", ". windows/amd64", ". linux/amd64 x y", ". linux/amd64 cgo"])
    }

    @Test func stepsThatNeedNoPackagesAskNothing() throws {
        #expect(
            try keys("tools: { l: x.example/l@v1.0.0 }\nsteps: { f: { fmt: check }, t: { tidy: check }, r: { run: [x] }, l: { tool: l }, g: { generate: ./... } }\n")
                == [])
    }

    @Test func theQuestionIsAskedOffline() throws {
        let world = World.service
        let (pipeline, _) = try world.pipeline("go: { proxy: https://proxy.example }\nsteps: { v: { vet: ./... } }\n")
        let facts = world.facts(for: pipeline)
        let question = listingQuestion(listingKeys(pipeline, facts)[0], pipeline, facts)
        #expect(question.patterns == ["./..."])
        #expect(question.directory == ".")
        #expect(question.environment["GOPROXY"] == "off")
        #expect(question.environment["GOFLAGS"]?.description == usualEnvironment["GOFLAGS"]?.description)
        #expect(question.moduleFiles == ["go.mod", "go.sum"])
    }

    @Test func aWorkspacesModulesAndToolsAreNamed() throws {
        var world = LayoutTests.workspace
        world.files["lib/go.mod"]! += "\ngo 1.24\n\ntool example.com/far/cmd/gen\n"
        let (pipeline, _) = try world.pipeline("tools: go.mod\nsteps: { v: { vet: ./... } }\n")
        let facts = world.facts(for: pipeline)
        let keys = listingKeys(pipeline, facts)
        #expect(keys.map(\.scope) == [.workspace])
        let question = listingQuestion(keys[0], pipeline, facts)
        #expect(question.patterns == ["./app/...", "./lib/...", "example.com/far/cmd/gen"])
        #expect(question.environment["GOWORK"]?.description == "${root}/go.work")
        #expect(question.moduleFiles == ["app/go.mod", "app/go.sum", "lib/go.mod", "go.work", "go.work.sum"])
    }
}
