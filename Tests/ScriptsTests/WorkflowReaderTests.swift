/// GitHub's workflows and actions, and `.gitlab-ci.yml`, to jobs, steps and commands.
import Diagnostics
import Testing

@testable import Scripts

@Suite struct WorkflowReaderTests {
    private func workflow(_ text: String, path: String = ".github/workflows/ci.yml") throws -> WorkflowFile {
        let file = try #require(readScripts(path: path, text: text))
        #expect(file.mistakes.filter { $0.id != "scripts/yaml-tag" } == [])
        return try #require(file.workflow)
    }

    private func steps(_ steps: String) -> String {
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
            + steps.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)\n" }.joined()
    }

    @Test(
        "Commands of steps",
        arguments: [
            ("- run: go build ./...", ["go build ./..."]), ("- run: |\n    go build\n    go vet", ["go build", "go vet"]),
            ("- run: >\n    go build\n    ./x", ["go build ./x"]), ("- run: \"go build\"\n- run: 'go vet'", ["go build", "go vet"]),
            ("- run: go install x@${{ matrix.v }} y", ["go install ‹x@${{ matrix.v }}› y"]),
            ("- run: go test ${{ inputs.a == 'b c' && '-v' }} x", ["go test ‹${{ inputs.a == 'b c' && '-v' }}› x"]),
            ("- run: go x $V ${{ env.V }} ${{env.W}}\n  env: { V: 1 }", ["go x 1 1 ‹${{env.W}}›"]),
            ("- run: go x\n  shell: pwsh", []), ("- run: go x\n  shell: bash -e {0}", ["go x"]), ("- run: go x\n  shell: python", []),
            ("- uses: actions/setup-go@v5\n  with: { go-version: 1.22 }", []), ("- name: go run .\n  run: echo go run .", ["echo go run ."]),
            ("- run: |\n    sh -c '\n      go run .\n    '", ["sh -c \"\n  go run .\n\"", "go run ."]),
            ("- run: |\n    cat <<EOF > x\n    go run .\n    EOF\n    go y", ["cat", "go y"]), ("- run:", []),
        ])
    func commands(_ text: String, _ expected: [String]) throws {
        #expect(try listing(".github/workflows/ci.yml", steps(text)) == expected)
    }

    @Test(
        "Words as they are spelt, in every style of scalar",
        arguments: [
            ("- run: go  'x' é", ["6: go | 'x' | é"]), ("- run: |\n    é\n\n    go 'x' \\\n      y", ["7: é", "9: go | 'x' | y"]),
            ("- run: >-\n    go\n    'x'\n\n    go  y", ["7: go | 'x'", "10: go | y"]), ("- run: 'go ''x'' y'", ["6: go | ''x'' | y"]),
            ("- run: \"go \\\"x\\\" \\\n    y\\tz\"", ["6: go | \\\"x\\\" | y | z"]), ("- run: go x\n    y\n    z # c", ["6: go | x | y | z"]),
            ("- run: |2-\n        go x\n      y", ["7: go | x", "8: y"]), ("- run: &a |\n    go x\n- run: *a", ["7: go | x", "8: *a | *a"]),
            ("- run: !!str go x", ["6: go | x"]), ("- run: go ${{ a b }} x", ["6: go | ${{ a b }} | x"]),
            ("- run: >\n    go x\n      more\n    go y", ["7: go | x", "8: more", "9: go | y"]),
        ])
    func words(_ text: String, _ expected: [String]) throws {
        #expect(try places(".github/workflows/ci.yml", steps(text)) == expected)
        // The same with the line ends of Windows.
        let carriage = steps(text).replacing("\n", with: "\r\n")
        #expect(try places(".github/workflows/ci.yml", carriage).map { $0.replacing("\r\n", with: "\n") } == expected)
    }

    @Test("Jobs, steps, what they use and what is in their environment")
    func model() throws {
        let text = """
            name: CI
            on: [push]
            env: { A: 1, S: "${{ secrets.TOKEN }}" }
            defaults: { run: { working-directory: sub } }
            jobs:
              one:
                runs-on: ubuntu-latest
                strategy: { matrix: { go: ["1.26", "1.27"] } }
                env:
                  B: two
                steps:
                  - name: Check out
                    uses: actions/checkout@v4
                  - uses: actions/setup-go@0123abc
                    id: go
                    if: success()
                    with:
                      go-version: 1.27
                      Cache: false
                  - run: go test
                    working-directory: other
                    env: { C: "${{ github.token }}" }
              two:
                needs: [one]
                uses: ./.github/workflows/x.yml
              three: { needs: one, runs-on: windows-latest, steps: [ { run: go build }, { run: go vet, shell: bash } ] }
            """
        let file = try workflow(text)
        #expect(file.name?.value == "CI")
        #expect(file.env.map(\.name) == ["A", "S"] && file.env.map(\.value.isLiteral) == [true, false])
        #expect(file.jobs.map(\.id.value) == ["one", "two", "three"])
        #expect(file.jobs.map(\.hasMatrix) == [true, false, false])
        #expect(file.jobs.map { $0.needs.map(\.value) } == [[], ["one"], ["one"]])
        #expect(file.jobs[1].uses?.value.isLocal == true && file.jobs[1].uses?.value.ref == nil)
        let steps = file.jobs[0].steps
        #expect(steps.map(\.index) == [0, 1, 2])
        #expect(steps[0].name?.value == "Check out")
        #expect(steps[1].uses?.value.action == "actions/setup-go" && steps[1].uses?.value.ref == "0123abc")
        #expect(steps[1].input("GO-version")?.value == "1.27" && steps[1].input("cache")?.value == "false")
        #expect(steps[1].id?.value == "go" && steps[1].condition?.value == "success()")
        #expect(slice(text, try #require(steps[1].input("cache")?.range)) == "false")
        #expect(slice(text, try #require(steps[1].uses?.range)) == "actions/setup-go@0123abc")
        let commands = try #require(readScripts(path: ".github/workflows/ci.yaml", text: text)).commands
        #expect(commands.map(line) == ["go test", "go vet"])
        #expect(commands[0].environment.map(\.name) == ["A", "S", "B", "C"])
        #expect(commands[0].folder == "other" && commands[1].folder == "sub")
        #expect(commands[0].context == .workflowStep(job: "one", step: 2) && commands[1].context == .workflowStep(job: "three", step: 1))
    }

    @Test("Composite actions")
    func action() throws {
        let text = "name: x\nruns:\n  using: composite\n  steps:\n    - uses: a/b@v1\n    - run: go build\n      shell: bash\n"
        let file = try workflow(text, path: "x/action.yml")
        #expect(file.jobs.map(\.steps.count) == [2] && file.jobs[0].id.value == "")
        #expect(try contexts("action.yaml", text) == ["actionStep(step: 1) in ."])
        #expect(try workflow("name: x\nruns: { using: node20, main: x.js }", path: "action.yml").jobs[0].steps.isEmpty)
    }

    @Test("Comments of YAML and of its scripts")
    func comments() throws {
        let text = "# a\njobs: # b\n  x#y:\n    steps:\n      - run: | # c\n          go x # d\n          echo '# e'\n      - run: go y # f\n      - name: \"# g\"\n  # h"
        let file = try #require(readScripts(path: ".github/workflows/x.yml", text: text))
        #expect(file.comments.map(\.value) == ["a", "b", "d", "f", "h"])
        #expect(file.comments.map { slice(text, $0.range) } == ["# a", "# b", "# d", "# f", "# h"])
    }

    @Test("What is no YAML is told, and what was read before it is kept")
    func mistakes() throws {
        let file = try #require(readScripts(path: ".github/workflows/x.yml", text: "jobs: [a\nb: c"))
        #expect(file.mistakes.map(\.id) == ["scripts/yaml-syntax"] && file.mistakes.map(\.severity) == [.warning])
        #expect(file.workflow == nil && file.commands.isEmpty)
        #expect(readScripts(path: ".github/workflows/x.yml", text: "")?.workflow == nil)
    }

    @Test("GitLab's jobs")
    func gitlab() throws {
        let text = """
            variables: { A: b, V: { value: "1", description: go run . } }
            stages: [test]
            default: { before_script: [go version] }
            .hidden: { script: go hidden }
            test:
              stage: test
              needs: [{ job: build }, lint]
              variables: { C: $A }
              cache: { key: x, paths: [.cache/go] }
              before_script:
                - cd sub
              script:
                - V=2
                - go test $V
                - - go vet
                  - |
                    go a
                    go b
                - !reference [.hidden, script]
              after_script: ["go clean"]
            before_script: [go env]
            """
        let file = try workflow(text, path: ".gitlab-ci.yml")
        #expect(file.env.map(\.name) == ["A", "V"])
        #expect(file.jobs.map(\.id.value) == ["default", ".hidden", "test", "before_script"])
        #expect(file.jobs[2].steps.map(\.name?.value) == ["before_script", "script", "after_script"])
        #expect(file.jobs[2].needs.map(\.value) == ["build", "lint"] && file.jobs[2].cachePaths.map(\.value) == [".cache/go"])
        #expect(file.jobs[2].env.map(\.value.isLiteral) == [false])
        #expect(
            try listing(".gitlab-ci.yml", text) == [
                "go version", "go hidden", "cd sub", "V=2", "go test 2", "go vet", "go a", "go b", "go clean", "go env",
            ])
        #expect(
            try contexts(".gitlab-ci.yml", text)[2...8].map { $0.dropFirst("gitlabJob(name: \"test\") in ".count) }
                == [".", "sub", "sub", "sub", "sub", "sub", "."])
        #expect(try places(".gitlab-ci.yml", text)[6] == "17: go | a")
    }
}
