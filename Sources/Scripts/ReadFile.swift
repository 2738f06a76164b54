/// A file that runs commands, read: its kind, its commands, its comments. It knows no rule.
import Diagnostics

package enum ScriptKind: Hashable, Sendable {
    case dockerfile, makefile, justfile, taskfile, packageJSON
    /// Only its `//go:generate` lines are read.
    case goSource
    /// `.github/workflows/*.yml`.
    case workflow
    /// A composite action's `action.yml`.
    case action
    case gitlab, compose
    /// Any other YAML file; it is read if it has `apiVersion:` and `kind:`.
    case kubernetes
    case shellScript
    case pipelineFile
}

package struct ReadFile: Sendable {
    /// From the repository's root.
    package var file: String
    package var kind: ScriptKind
    package var source: SourceText
    /// In the order of their places.
    package var commands: [ScriptCommand]
    package var dockerfile: DockerfileFile?
    /// Of a workflow, a composite action and `.gitlab-ci.yml`.
    package var workflow: WorkflowFile?
    /// What stands after `#` or `//`, without white space around it; the places have the mark in them. Of Go files none.
    package var comments: [Located<String>]
    /// What could not be read, and why; the rest of the file is read nevertheless where it can be.
    package var mistakes: [Diagnostic]

    package init(
        file: String, kind: ScriptKind, source: SourceText, commands: [ScriptCommand] = [],
        dockerfile: DockerfileFile? = nil, workflow: WorkflowFile? = nil, comments: [Located<String>] = [],
        mistakes: [Diagnostic] = []
    ) {
        self.file = file
        self.kind = kind
        self.source = source
        self.commands = commands
        self.dockerfile = dockerfile
        self.workflow = workflow
        self.comments = comments
        self.mistakes = mistakes
    }
}
