/// Compose files and Kubernetes manifests to the commands of their containers.
import Testing

@testable import Scripts

@Suite struct ContainerReaderTests {
    @Test(
        "Compose",
        arguments: [
            ("command: go run .", ["go run ."]), ("command: [go, run, \"./a b\"]", ["go run \"./a b\""]),
            ("command:\n      - sh\n      - -c\n      - go run . $$X ${Y}", ["sh -c ‹go run . $X ${Y}›", "go run . ‹$X› ‹${Y}›"]),
            ("entrypoint: [\"go\", \"run\"]\n    command: x", ["go run", "x"]), ("command: go x $TAG", ["go x ‹$TAG›"]),
            ("healthcheck: { test: [CMD, go, version] }", ["go version"]), ("healthcheck: { test: [CMD-SHELL, go version || x] }", ["go version", "x"]),
            ("healthcheck: { test: go version }", ["go version"]), ("healthcheck: { test: [NONE] }", []),
            ("image: x\n    labels: { a: go run . }", []), ("command: []", []), ("command: null", []),
        ])
    func compose(_ service: String, _ expected: [String]) throws {
        #expect(try listing("docker-compose.dev.yml", "services:\n  a:\n    \(service)\n") == expected)
    }

    @Test("A service's environment and places")
    func services() throws {
        let text = "services:\n  a: &a\n    environment: [A=b, C, \"D=$X\"]\n    command: [\"go\", 'x y']\n  b:\n    <<: *a\n    environment: { E: f }\n"
        let file = try #require(readScripts(path: "compose.yaml", text: text))
        #expect(file.commands.map(\.context) == [.composeCommand(service: "a"), .composeCommand(service: "b")])
        #expect(file.commands.map { $0.environment.map(\.name) } == [["A", "D"], ["E"]])
        #expect(file.commands.allSatisfy { $0.folder == nil })
        #expect(try places("compose.yaml", text) == ["4: \"go\" | 'x y'", "4: \"go\" | 'x y'"])
    }

    @Test("Kubernetes: containers at any depth, of any document")
    func kubernetes() throws {
        let text = """
            # a
            apiVersion: apps/v1
            kind: Deployment
            spec:
              template:
                spec:
                  initContainers:
                    - name: i
                      command: [go, version]
                  containers:
                    - name: c
                      image: golang
                      env: [{ name: A, value: b }, { name: S, valueFrom: { secretKeyRef: { name: x } } }]
                      command: ["sh", "-c"]
                      args:
                        - |
                          go run ./x
                      livenessProbe: { exec: { command: [go, env] } }
                    - name: d
                      args: [go, run, .]
            ---
            apiVersion: batch/v1
            kind: CronJob
            spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: e, command: [go, run, .] }] } } } } }
            ---
            data: { containers: [{ command: [go, x] }] }
            """
        #expect(
            try listing("deploy/x.yaml", text) == ["go version", "sh -c \"go run ./x\n\"", "go run ./x", "go env", "go run ."])
        let file = try #require(readScripts(path: "deploy/x.yaml", text: text))
        #expect(file.kind == .kubernetes && file.comments.map(\.value) == ["a"])
        #expect(file.commands[2].context == .kubernetesCommand(container: "c"))
        #expect(file.commands[2].environment.map(\.name) == ["A"])
        #expect(try places("deploy/x.yaml", text)[2] == "17: go | run | ./x")
    }

    @Test(
        "YAML that is no manifest is of no kind",
        arguments: ["a: b", "", "kind: x", "apiVersion: v1\nkind: {{ .Values.x }}\n", "apiVersion: v1\n  kind: x", "x: |\n  apiVersion: v1\n  kind: x\n"])
    func others(_ text: String) {
        #expect(readScripts(path: "x.yaml", text: text)?.file == nil)
    }
}
