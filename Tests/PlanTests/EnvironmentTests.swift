/// The variables that steps see, and the build caches that follow from them.
import Action
import Go
import Plan
import Testing

@Suite struct EnvironmentTests {
    private func vet(_ yaml: String = "", _ world: World = .service) throws -> Action {
        try #require(try world.plan("\(yaml)steps: { one: { vet: ./... } }\n").actions.last)
    }

    private func family(_ action: Action) throws -> String {
        try #require(action.environment["GOCACHE"]).description
    }

    @Test func withoutSettingsItIsTheUsualOneAndNothingElse() throws {
        #expect(try vet().environment.mapValues(\.description) == usualEnvironment.mapValues(\.description))
    }

    @Test func settingsOfGo() throws {
        let action = try vet(
            """
            go:
              proxy: file://${root}/proxy,https://proxy.example
              sumdb: "off"
              private: [corp.example/*, git.example]
              env: { GOFLAGS: -v, LEVEL: "$$HOME", WHERE: "${root}/x" }

            """)
        #expect(
            described(action).split(separator: "\n")[2].description.replacingFamily
                == "  env: GOCACHE=FAMILY GOCACHEPROG=FAMILY GOFLAGS=-mod=readonly -trimpath -buildvcs=false -v "
                + "GOPRIVATE=corp.example/*,git.example GOPROXY=file://${repository}/proxy,https://proxy.example "
                + "GOSUMDB=off LEVEL=$$HOME WHERE=${repository}/x")
        #expect(action.environment["LEVEL"]?.resolved { _ in "" } == "$HOME")
    }

    @Test func flagsThatNameTheCommitAreAddedToTheOthers() throws {
        var world = World.service
        world.git = [.commit: "abc"]
        let action = try #require(
            try world.plan("steps: { one: { vet: ./..., env: { GOFLAGS: '-ldflags=-X=main.c=${git.commit}' } } }\n").actions
                .last)
        #expect(
            action.environment["GOFLAGS"]?.description
                == "-mod=readonly -trimpath -buildvcs=false -ldflags=-X=main.c=abc")
    }

    @Test func aDollarOfTheUserIsOne() throws {
        let action = try vet("go: { env: { CGO_LDFLAGS: '-Wl,-rpath,$$ORIGIN', CGO_ENABLED: 1 } }\n")
        #expect(action.environment["CGO_LDFLAGS"]?.resolved { _ in "" } == "-Wl,-rpath,$ORIGIN")
        #expect(action.environment["CGO_ENABLED"] == "1")
    }

    @Test func noTwoWaysOfBuildingShareACache() throws {
        var worlds = [World.service, .service, .service, .service, .service]
        worlds[1].toolchain.version = "1.27.4"
        worlds[2].toolchain.environment["GOARCH"] = "arm64"
        worlds[3].toolchain.environment["GOAMD64"] = "v3"
        worlds[4].files["vendor/modules.txt"] = ""
        var families = try worlds.map { try family(vet("", $0)) }
        for settings in [
            "GOFLAGS: -v", "GOEXPERIMENT: loopvar", "GOFIPS140: latest", "GOAMD64: v2", "CGO_ENABLED: 1",
            "CGO_ENABLED: 1, CC: clang", "CGO_ENABLED: 1, CGO_CFLAGS: -O0", "CGO_ENABLED: 1, CGO_LDFLAGS: -lm",
        ] {
            families.append(try family(vet("go: { env: { \(settings) } }\n")))
        }
        #expect(Set(families).count == families.count)
    }

    @Test func whatTheCompilerDoesNotSeeLeavesTheCache() throws {
        let usual = try family(vet())
        for settings in ["LEVEL: x", "CC: clang", "CGO_CFLAGS: -O0", "GOPRIVATE: x", "GOARM: 7", "CGO_ENABLED: 0"] {
            #expect(try family(vet("go: { env: { \(settings) } }\n")) == usual, "\(settings)")
        }
    }

    @Test func aFamilyIsReadableInFront() throws {
        #expect(try family(vet()).hasPrefix("${build-cache/go1.27.3-linux-amd64-"))
    }

    @Test func aStepsOwnVariablesCount() throws {
        let usual = try family(vet())
        let graph = try World.service.plan(
            "steps: { a: { vet: ./..., env: { GOFLAGS: -v } }, b: { vet: ./..., cgo: true }, c: { vet: ./..., env: { X: 1 } } }\n")
        #expect(graph["vet:a"].environment["GOFLAGS"]?.description == "-mod=readonly -trimpath -buildvcs=false -v")
        #expect(try family(graph["vet:a"]) != usual)
        #expect(graph["vet:b"].environment["CGO_ENABLED"] == "1")
        #expect(try family(graph["vet:b"]) != usual)
        #expect(graph["vet:c"].environment["X"] == "1")
        #expect(try family(graph["vet:c"]) == usual)
    }

    /// In a scratch tree the root is the copy; a proxy in the repository is where it always is.
    @Test func theRootOfAStepIsItsTree() throws {
        let graph = try World.service.plan(
            "go: { proxy: 'file://${root}/p' }\nsteps: { g: { generate: ./..., env: { OUT: '${root}/o' } } }\n")
        #expect(graph["generate:g"].environment["OUT"]?.places == [.root])
        #expect(graph["generate:g"].environment["GOPROXY"]?.places == [.repository])
    }
}
