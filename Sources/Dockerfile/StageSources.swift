/// What a stage has before its own command: Go, the modules, the sources. Stages that have the same share it.
import Action
import Diagnostics
import Go
import Pipeline
import Plan

struct StageSources {
    /// The image that is built in.
    var builder: String
    /// Whose settings every command is told.
    var action: Action
    /// Brings the modules; nil when there are none to bring.
    var download: Action?
    /// vendor/ of the module or workspace, relative to the root; nil when there is none.
    var vendor: String?
    /// What the download reads: paths relative to the root.
    var modules: ModuleSources
    /// The user's own instructions.
    var extra: String?
    /// Made for the final stage.
    var files: [String]

    /// For an action whose packages are `scope`'s.
    init(
        _ action: Action, _ scope: GoScope, _ pipeline: Pipeline, _ image: ImageDeclaration, _ facts: Facts,
        _ graph: StepGraph, builder: String, _ findings: inout Findings
    ) {
        self.builder = builder
        self.action = action
        download = action.dependencies.lazy.map { graph[$0.action] }.first { $0.kind == .download }
        vendor = facts.repository.isVendored(scope) ? join(scope.directory, "vendor") : nil
        modules = ModuleSources(
            scope, facts, download, isVendored: vendor != nil, at: pipeline.go.proxy?.range, &findings)
        extra = image.extra.build?.value
        files = image.contents.commands(user: image.user)
    }

    /// Modules of nobody else's: they are fetched with credentials.
    var isPrivate: Bool {
        ["GOPRIVATE", "GONOPROXY", "GOAUTH"].contains { download?.environment[$0] != nil }
    }
}

extension ImageContents {
    /// Shell commands that make what the golang image cannot be asked for.
    func commands(user: String) -> [String] {
        let root = ContainerPath.files
        let ids = user.split(separator: ":")
        var commands: [String] = []
        if passwd {
            commands += [
                "mkdir -p \(root)/etc",
                "echo \"app:x:\(ids[0]):\(ids[1])::/nonexistent:/sbin/nologin\" >\(root)/etc/passwd",
                "echo \"app:x:\(ids[1]):\" >\(root)/etc/group",
            ]
        }
        if tmp { commands += ["mkdir -p \(root)/tmp", "chmod 1777 \(root)/tmp"] }
        return commands
    }
}
