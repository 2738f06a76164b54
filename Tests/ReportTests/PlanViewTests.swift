/// A small plan in every form, whole; and drawings as Graphviz takes them.
import Action
import Plan
import TestSupport
import Testing

@testable import Report
@testable import Run

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct PlanViewTests {
    private let plan = samplePlan()

    private func rendered(_ format: PlanFormat, verbosity: Verbosity = .normal) -> String {
        renderPlan(plan.graph, decisions: plan.decisions, format: format, verbosity: verbosity)
    }

    @Test(arguments: PlanFormat.allCases)
    func everyForm(format: PlanFormat) {
        expectGolden(rendered(format), "plan.\(format).txt")
    }

    @Test func theVerboseFormShowsCommandsAndWholeKeys() {
        expectGolden(rendered(.text, verbosity: .verbose), "plan.text-verbose.txt")
    }

    @Test func withoutDecisionsOnlyTheShapeIsShown() {
        let graph = StepGraph([Action(id: "vet", step: "vet", kind: .vet, title: "go vet ./...", argv: ["go", "vet"])])
        #expect(
            renderPlan(graph, decisions: [], format: .text) == """
                ?    vet  go vet ./...
                     0 inputs
                1 action

                """)
        #expect(
            renderPlan(graph, decisions: [], format: .json) == """
                {"actions":[
                {"id":"vet","step":"vet","kind":"vet","title":"go vet ./...","argv":["go","vet"],"needs":[],"key":null,"inputs":0,"would":null,"reason":null}
                ]}

                """)
    }

    @Test func anEmptyPlanIsADocumentToo() {
        #expect(renderPlan(StepGraph([]), decisions: [], format: .json) == "{\"actions\":[]}\n")
        #expect(renderPlan(StepGraph([]), decisions: [], format: .text) == "0 actions\n")
    }

    @Test(.enabled(if: graphviz != nil, "dot is not installed (package graphviz)"))
    func graphvizDrawsIt() throws {
        let drawing = try #require(piped(rendered(.dot), through: "\(graphviz!) -Tsvg"))
        #expect(drawing.status == 0)
        #expect(drawing.output.contains("<svg"))
        for action in plan.graph.actions { #expect(drawing.output.contains(action.id.text.escapedForXML)) }
        #expect(drawing.output.components(of: "class=\"node\"") == plan.graph.actions.count)
        #expect(drawing.output.components(of: "class=\"edge\"") == plan.graph.actions.map(\.dependencies.count).reduce(0, +))
    }
}

/// Six actions, every role of a dependency, and titles that need escaping in every form.
func samplePlan() -> (graph: StepGraph, decisions: [Decision]) {
    func action(
        _ id: ActionID, _ step: String, _ kind: ActionKind, _ title: String, _ argv: [SymbolicText], inputs: Int,
        _ dependencies: Action.Dependency...
    ) -> Action {
        var action = Action(id: id, step: step, kind: kind, title: title, argv: argv)
        action.inputs = (0..<inputs).map { "file\($0).go" }
        action.dependencies = dependencies
        return action
    }
    let server: ActionID = "build:server:linux/amd64"
    let graph = StepGraph([
        action("download", "download", .download, "go mod download", ["\(.toolchain)/go", "mod", "download"], inputs: 2),
        action(
            server, "artifact.server", .build, "go build ./cmd/server",
            ["\(.toolchain)/go", "build", "-ldflags", "-s -w", "-o", "\(.output)/server", "./cmd/server"], inputs: 34,
            .init("download", .provision)),
        action(
            "tool:staticcheck", "tool.staticcheck", .toolBuild, "go build staticcheck v0.7.0", ["\(.toolchain)/go", "build"],
            inputs: 0, .init("download", .provision)),
        action(
            "lint", "lint", .tool, "staticcheck ./...", ["staticcheck", "./..."], inputs: 34,
            .init("download", .provision), .init("tool:staticcheck", .tool)),
        action(
            "say \"hi\" \\ <b>&", "say \"hi\" \\ <b>&", .run, "sh -c 'echo \"$X\"; #1\nexit'", ["sh", "-c", "echo \"$X\"; it's\nexit"],
            inputs: 1, .init(server, .input), .init("lint", .order)),
    ])
    let hits: Set<ActionID> = ["download", "tool:staticcheck", "lint"]
    let decisions = graph.actions.map { action in
        let manifest = Manifest(of: action, digest: { _ in nil }, key: { _ in nil })
        return Decision(
            action: action.id, would: hits.contains(action.id) ? .hit : .run, key: CacheKey(Digest(of: Array(action.id.text.utf8)).sha256),
            reason: hits.contains(action.id) ? "known from an earlier run" : "not run before with these inputs", manifest: manifest)
    }
    return (graph, decisions)
}

/// The first `dot` on PATH.
private let graphviz: String? = String(cString: getenv("PATH")).split(separator: ":").lazy.map { "\($0)/dot" }
    .first { access($0, X_OK) == 0 }

private func piped(_ text: String, through command: String) -> (status: Int32, output: String)? {
    let folder = TemporaryFolder()
    let file = folder.write("input", text)
    guard let stream = popen("\(command) < '\(file)'", "r") else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
    return (pclose(stream), String(decoding: bytes, as: UTF8.self))
}

extension String {
    fileprivate func components(of part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count - 1 }

    fileprivate var escapedForXML: String {
        map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : $0 == "\"" ? "&quot;" : String($0) }.joined()
    }
}
