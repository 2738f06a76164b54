/// A CI workflow as a value: jobs, steps, what they use and what is in their environment. It knows no rule.
///
/// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
import Diagnostics

/// A workflow or composite action of GitHub's, or `.gitlab-ci.yml`; `ReadFile.kind` says which.
package struct WorkflowFile: Hashable, Sendable {
    package var name: Located<String>?
    /// `env:` of the whole file; of GitLab its `variables:`.
    package var env: [ScriptAssignment]
    /// A composite action has one, named by the empty string.
    package var jobs: [WorkflowJob]

    package init(name: Located<String>? = nil, env: [ScriptAssignment] = [], jobs: [WorkflowJob] = []) {
        self.name = name
        self.env = env
        self.jobs = jobs
    }
}

package struct WorkflowJob: Hashable, Sendable {
    /// Its key.
    package var id: Located<String>
    package var env: [ScriptAssignment]
    /// Ids of the jobs that come before it.
    package var needs: [Located<String>]
    /// A reusable workflow that is the job.
    package var uses: Located<UsesReference>?
    /// It runs once for each combination of `strategy: matrix:`.
    package var hasMatrix: Bool
    /// Of GitLab: one step for each of `before_script`, `script` and `after_script`.
    package var steps: [WorkflowStep]
    /// Of GitLab: `cache: paths:`.
    package var cachePaths: [Located<String>]
    package var range: SourceRange

    package init(
        id: Located<String>, env: [ScriptAssignment] = [], needs: [Located<String>] = [],
        uses: Located<UsesReference>? = nil, hasMatrix: Bool = false, steps: [WorkflowStep] = [],
        cachePaths: [Located<String>] = [], range: SourceRange
    ) {
        self.id = id
        self.env = env
        self.needs = needs
        self.uses = uses
        self.hasMatrix = hasMatrix
        self.steps = steps
        self.cachePaths = cachePaths
        self.range = range
    }
}

package struct WorkflowStep: Hashable, Sendable {
    /// From 0.
    package var index: Int
    package var name: Located<String>?
    package var id: Located<String>?
    /// `if:`.
    package var condition: Located<String>?
    package var uses: Located<UsesReference>?
    /// In order.
    package var with: [WorkflowInput]
    package var env: [ScriptAssignment]
    /// Its commands are in `ReadFile.commands`, with the context `.workflowStep(job:step:)`.
    package var run: Located<String>?
    /// As written here, or the default of job or workflow; nil is the runner's own, bash.
    package var shell: String?
    package var workingDirectory: Located<String>?
    package var range: SourceRange

    package init(
        index: Int, name: Located<String>? = nil, id: Located<String>? = nil, condition: Located<String>? = nil,
        uses: Located<UsesReference>? = nil, with: [WorkflowInput] = [], env: [ScriptAssignment] = [],
        run: Located<String>? = nil, shell: String? = nil, workingDirectory: Located<String>? = nil, range: SourceRange
    ) {
        self.index = index
        self.name = name
        self.id = id
        self.condition = condition
        self.uses = uses
        self.with = with
        self.env = env
        self.run = run
        self.shell = shell
        self.workingDirectory = workingDirectory
        self.range = range
    }

    /// The value of `with: name:`, which is compared without regard to case, as the runner does.
    package func input(_ name: String) -> Located<String>? {
        with.first { $0.name.value.lowercased() == name.lowercased() }?.value
    }
}

package struct WorkflowInput: Hashable, Sendable {
    package var name: Located<String>
    /// Of a boolean or a number its spelling; `${{ … }}` stands as written.
    package var value: Located<String>

    package init(_ name: Located<String>, _ value: Located<String>) {
        self.name = name
        self.value = value
    }
}

/// What stands after `uses:`.
package struct UsesReference: Hashable, Sendable {
    /// As written.
    package var text: String

    package init(_ text: String) { self.text = text }

    /// A folder of this repository.
    package var isLocal: Bool { text.hasPrefix("./") }
    package var isImage: Bool { text.hasPrefix("docker://") }
    /// `actions/setup-go`; with the path where it has one.
    package var action: String { String(text.prefix { $0 != "@" }) }
    /// What stands after `@`: a tag, a branch or a commit.
    package var ref: String? { text.firstIndex(of: "@").map { String(text[text.index(after: $0)...]) } }
}
