/// Where files set the go command's variables: in commands, in the environment of images, services and workflows, and by
/// `go env -w`. It knows places, not what a value means.
import Diagnostics
import Pipeline
import Scripts

extension PolicyWorld {
    struct GoSetting {
        var name: String
        var value: ScriptWord
        var source: SourceText
        /// Split at white space.
        var words: [String] { value.text.split(whereSeparator: \.isWhitespace).map(String.init) }
        /// Split at commas and bars.
        var items: [String] { value.text.split { $0 == "," || $0 == "|" }.map(String.init) }
    }

    /// Each place once, in the order of files.
    func goSettings(named name: String) -> [GoSetting] {
        var settings: [GoSetting] = []
        for file in files {
            var seen: Set<SourceRange> = []
            func add(_ assignments: [ScriptAssignment]) {
                for assignment in assignments where assignment.name == name && seen.insert(assignment.value.range).inserted {
                    settings.append(GoSetting(name: name, value: assignment.value, source: file.source))
                }
            }
            for command in file.commands {
                add(command.assignments)
                add(command.environment)
                add(exported(command))
            }
            if let workflow = file.workflow {
                add(workflow.env)
                for job in workflow.jobs {
                    add(job.env)
                    for step in job.steps { add(step.env) }
                }
            }
        }
        return settings
    }

    /// `go env -w A=b`.
    private func exported(_ command: ScriptCommand) -> [ScriptAssignment] {
        guard let go = GoInvocation(command), go.verb == "env", go.flag("w") != nil else { return [] }
        return go.targetWords.compactMap { word in
            guard let sign = word.text.firstIndex(of: "=") else { return nil }
            let value = String(word.text[word.text.index(after: sign)...])
            return ScriptAssignment(String(word.text[..<sign]), ScriptWord(value, isLiteral: word.isLiteral, at: word.range))
        }
    }
}
