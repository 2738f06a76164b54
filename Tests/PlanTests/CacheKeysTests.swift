/// The keys of the two Go caches: what changes which.
import Plan
import Testing

@Suite struct CacheKeysTests {
    private func keys(_ yaml: String = "", _ world: World = .service, changed: String? = nil) throws -> CacheKeys {
        let (pipeline, _) = try world.pipeline("\(yaml)steps: { v: { vet: ./... } }\n")
        return CacheKeys(pipeline, world.facts(for: pipeline)) { $0 == changed ? "new" : "old" }
    }

    @Test func theModuleKeyIsMadeOfAllModuleFiles() throws {
        #expect(
            try keys("", LayoutTests.workspace).module.inputs.map(\.name) == [
                "app/go.mod", "app/go.sum", "go.work", "go.work.sum", "lib/go.mod", "tools/go.mod",
            ])
        let usual = try keys()
        #expect(try keys(changed: "go.sum").module.key != usual.module.key)
        #expect(try keys(changed: "go.mod").module.key != usual.module.key)
        #expect(try keys(changed: "README.md") == usual)
    }

    @Test func theBuildKeyHasTheModuleKeyAndAllThatCompilingDependsOn() throws {
        let usual = try keys()
        #expect(
            usual.build.inputs.map { "\($0.name)=\($0.value)" } == [
                "module key=\(usual.module.key)", "toolchain=go1.27.3", "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0",
                "GOFLAGS=-mod=readonly -trimpath -buildvcs=false", "GOAMD64=v1",
            ])
        #expect(try keys(changed: "go.sum").build.key != usual.build.key)
    }

    @Test func noToolchainAndNoSettingSharesABuildKey() throws {
        var newer = World.service
        newer.toolchain.version = "1.27.4"
        let all = [
            try keys(), try keys("", newer), try keys("go: { env: { GOFLAGS: -v } }\n"),
            try keys("go: { env: { GOEXPERIMENT: x } }\n"), try keys("go: { env: { CGO_ENABLED: 1 } }\n"),
        ]
        #expect(Set(all.map(\.build.key)).count == all.count)
        #expect(Set(all.map(\.module.key)).count == 1)
    }
}
