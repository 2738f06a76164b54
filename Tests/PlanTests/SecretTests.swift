/// What a plan has of secrets: places, digests, and never a value.
import Action
import Pipeline
import Plan
import Testing

@Suite struct SecretTests {
    private let head = """
        secrets: { token: { env: TOKEN }, netrc: { file: ~/.netrc, env: NETRC } }

        """

    private func planned(_ steps: String, _ digests: [String: String] = [:]) throws -> StepGraph {
        let (pipeline, source) = try World.service.pipeline(head + "steps:\n  one: \(steps)\n  two: { run: [x] }\n")
        var facts = World.service.facts(for: pipeline)
        facts.secretDigests = digests
        let (graph, diagnostics) = Plan.plan(pipeline, facts, source: source)
        #expect(described(diagnostics) == "")
        return try #require(graph)
    }

    @Test func onlyWhoNamesOneIsGivenIt() throws {
        let graph = try planned("{ run: [x], secrets: [token, netrc] }", ["token": "hmac-sha256:1"])
        let one = try #require(graph.actions.first { $0.step == "one" })
        #expect(one.environment["TOKEN"] == SymbolicText(.secret("token")))
        #expect(one.environment["NETRC"]?.description == "${secret.netrc}")
        #expect(one.facts["secret token"] == "hmac-sha256:1" && one.facts["secret netrc"] == "absent")
        #expect(one.secrets == ["token", "netrc"])
        // What tests print, the go command would keep.
        #expect(one.environment["GOFLAGS"]?.description.hasSuffix(" -count=1") == true)
        let two = try #require(graph.actions.first { $0.step == "two" })
        #expect(two.environment["TOKEN"] == nil && two.secrets == [] && two.facts["secret token"] == nil)
        #expect(two.environment["GOFLAGS"]?.description.contains("-count") == false)
    }

    @Test func servicesAndTheirStepsHaveTheirOwn() throws {
        let service = "services: { db: { run: [y], secrets: [token] } }"
        let action = try #require(planned("{ run: [x], \(service) }", ["token": "1"]).actions.first { $0.step == "one" })
        #expect(action.environment["TOKEN"] == nil)
        #expect(action.services[0].environment["TOKEN"] == SymbolicText(.secret("token")))
        #expect(action.secrets == ["token"] && action.facts["secret token"] == "1")
        let other = try #require(
            planned("{ run: [x], secrets: [netrc], \(service) }").actions.first { $0.step == "one" })
        #expect(other.services[0].environment["NETRC"] == nil && other.environment["TOKEN"] == nil)
    }

    @Test func anotherValueIsAnotherKey() throws {
        func key(_ digest: String) throws -> CacheKey {
            let action = try #require(planned("{ test: ./internal/..., secrets: token }", ["token": digest]).actions.last { $0.step == "one" })
            return Manifest(of: action, digest: { _ in nil }, key: { _ in nil }).key
        }
        #expect(try key("1") == key("1"))
        #expect(try key("1") != key("2"))
    }

    @Test func aVariableHasOneValue() throws {
        #expect(
            try World.service.mistakes(head + "steps:\n  one: { run: [x], env: { TOKEN: other }, secrets: [token] }\n") == """
                pipeline.yaml:4:53: error: TOKEN is to be the secret `token`, and has another value [plan/two-values]
                    one: { run: [x], env: { TOKEN: other }, secrets: [token] }
                                                                      ^^^^^
                  help: leave one of them out, or give one another variable
                """)
    }
}
