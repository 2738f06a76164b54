/// One command as it would be executed, with its places in the file that says it; no rule, no opinion.
import Diagnostics

/// One word of a command.
package struct ScriptWord: Hashable, Sendable {
    /// After quote removal. Expansions whose value is not known stand as written: `$X`, `${X}`, `$(…)`, `${{ … }}`.
    package var text: String
    /// No expansion is left in it. An unquoted word that is not literal may become none or several when it runs.
    package var isLiteral: Bool
    /// In the file, quotes included. A word that a variable was filled in for has the variable's place.
    package var range: SourceRange

    package init(_ text: String, isLiteral: Bool = true, at range: SourceRange) {
        self.text = text
        self.isLiteral = isLiteral
        self.range = range
    }
}

/// A variable and what it is set to.
package struct ScriptAssignment: Hashable, Sendable {
    package var name: String
    package var value: ScriptWord

    package init(_ name: String, _ value: ScriptWord) {
        self.name = name
        self.value = value
    }
}

/// One simple command. What only runs another one (`sudo`, `env A=b`, `exec`, `time`, `nice`, `xargs`) is taken off its
/// front into `wrappers`. `sh -c '…'` is a command, and those in its text follow it, each with its own place.
package struct ScriptCommand: Hashable, Sendable {
    /// Its argv, without assignments and redirections. Empty for assignments alone.
    package var words: [ScriptWord]
    /// Of this command only: `A=b command`, `env A=b command`; of a line of assignments, those.
    package var assignments: [ScriptAssignment]
    /// What is in the environment around it as far as the file says: earlier `export`s, `env:` of step, job and
    /// workflow, `ENV`, `environment:`. A later one of the same name wins.
    package var environment: [ScriptAssignment]
    /// The words before `words` that run it: `[sudo, -E]`.
    package var wrappers: [ScriptWord]
    /// Where it runs, from the repository's root (empty for the root itself); nil where that cannot be told, as in an
    /// image. Shell scripts and workflows are taken to start at the root, all others in their file's folder.
    package var folder: String?
    package var context: ScriptContext
    package var file: String
    /// From the first word or assignment to the last word.
    package var range: SourceRange

    package init(
        words: [ScriptWord], assignments: [ScriptAssignment] = [], environment: [ScriptAssignment] = [],
        wrappers: [ScriptWord] = [], folder: String? = nil, context: ScriptContext, file: String, range: SourceRange
    ) {
        self.words = words
        self.assignments = assignments
        self.environment = environment
        self.wrappers = wrappers
        self.folder = folder
        self.context = context
        self.file = file
        self.range = range
    }
}

/// What runs a command.
package enum ScriptContext: Hashable, Sendable {
    case shellScript
    case makeRecipe(target: String)
    /// `$(shell …)` outside of recipes: it runs whenever make reads the file.
    case makeShell
    case just(recipe: String)
    case task(name: String)
    case packageScript(name: String)
    case goGenerate
    /// Stages are counted from 0, in the order of `FROM`.
    case dockerRun(stage: Int)
    case dockerEntry(stage: Int, instruction: DockerEntry, form: CommandForm)
    /// Steps are counted from 0.
    case workflowStep(job: String, step: Int)
    /// Of a composite action.
    case actionStep(step: Int)
    case gitlabJob(name: String)
    case composeCommand(service: String)
    case kubernetesCommand(container: String)
    /// Of the pipeline file.
    case pipelineStep(name: String)
}

/// The instructions of a Dockerfile that run when the image runs.
package enum DockerEntry: String, Hashable, Sendable {
    case command = "CMD"
    case entrypoint = "ENTRYPOINT"
    case healthcheck = "HEALTHCHECK"
}

/// A list of words that is executed as it stands, or a text for a shell.
package enum CommandForm: Hashable, Sendable {
    case exec, shell
}
