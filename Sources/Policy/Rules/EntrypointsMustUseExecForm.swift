/// The rule for ENTRYPOINT, and a CMD that stands alone, as lists of words.
import Diagnostics
import Scripts

extension PolicyRule {
    static let entrypointsMustUseExecForm = PolicyRule(
        "shell-form-entrypoint", "What an image starts must be written in exec form", .warning,
        page: RulePage(
            what: """
                ENTRYPOINT in shell form, or CMD in shell form where no ENTRYPOINT is, in the final stage. A text that begins \
                with `exec` is left alone, and so is one that a shell has to read: with `&&`, pipes or variables.
                """,
            why: """
                Shell form starts `/bin/sh -c`: the shell is process 1, the program gets no SIGTERM and is killed after the grace \
                period, and `docker run` arguments are lost. On scratch and distroless there is no shell, and nothing starts.
                """,
            bad: "ENTRYPOINT /server --port 8080", good: "ENTRYPOINT [\"/server\", \"--port\", \"8080\"]", language: "dockerfile",
            fix: "the words as a list of strings.")
    ) { world, findings in
        for image in world.shippedImages {
            let main = image.entries.first { $0.keyword == "ENTRYPOINT" } ?? image.entries.first { $0.keyword == "CMD" }
            // Another SHELL, as on Windows, is a choice that was made.
            guard let entry = main, entry.form == .shell, !image.instructions.contains(where: { $0.keyword == "SHELL" }) else { continue }
            let commands = image.commands(of: entry)
            guard commands.count == 1, let command = commands.first, command.wrappers.isEmpty, command.assignments.isEmpty,
                let text = entry.words.first, command.words.allSatisfy(\.isLiteral), !text.text.contains(where: { "|&;<>$`*?(){}".contains($0) })
            else { continue }
            let list = "[" + command.words.map { jsonString($0.text) }.joined(separator: ", ") + "]"
            let place = SourceRange(command.range.start, command.range.end)
            let isWhole = text.range.start == place.start && text.range.end == place.end
            findings.add(
                "\(entry.keyword) in shell form puts a shell before `\(command.words[0].text)`", at: entry.range, in: image.file.source,
                help: "write `\(entry.keyword) \(list)`",
                fix: isWhole
                    ? Fix("write it as \(list)", [TextEdit(file: image.file.file, range: place, replacement: list)]) : nil)
        }
    }
}

private func jsonString(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
