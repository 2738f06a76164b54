/// Texts with `${…}` in them: their spelling, and which references may stand where. It knows no values.
import Diagnostics
import YAML

/// The references that make sense in one place.
struct ReferenceScope: OptionSet, Sendable {
    let rawValue: Int

    static let root = ReferenceScope(rawValue: 1)
    static let git = ReferenceScope(rawValue: 2)
    static let artifacts = ReferenceScope(rawValue: 4)
    static let tools = ReferenceScope(rawValue: 8)
    static let services = ReferenceScope(rawValue: 16)

    static let step: ReferenceScope = [.root, .git, .artifacts, .tools, .services]

    init(rawValue: Int) { self.rawValue = rawValue }

    init(of reference: Reference) {
        switch reference {
        case .root: self = .root
        case .git: self = .git
        case .artifact: self = .artifacts
        case .tool: self = .tools
        case .servicePort: self = .services
        }
    }

    /// The references there can be, by the names that are declared.
    func known(_ declared: DeclaredNames) -> [String] {
        var names: [String] = []
        if contains(.root) { names.append("root") }
        if contains(.git) { names += Reference.GitFact.allCases.map { "\(Reference.git($0))" } }
        if contains(.artifacts) { names += declared.artifacts.all.map { "\(Reference.artifact($0))" } }
        if contains(.tools) { names += (declared.tools ?? Names()).all.map { "\(Reference.tool($0))" } }
        if contains(.services) { names += declared.services.all.map { "\(Reference.servicePort($0))" } }
        return names
    }
}

extension Reference {
    /// Nil when this is no reference, whatever is declared.
    init?(_ text: String) {
        if text == "root" {
            self = .root
        } else if text.hasPrefix("git.") {
            guard let fact = GitFact(rawValue: String(text.dropFirst(4))) else { return nil }
            self = .git(fact)
        } else if text.hasPrefix("artifact."), text.utf8.count > 9 {
            self = .artifact(String(text.dropFirst(9)))
        } else if text.hasPrefix("tool."), text.utf8.count > 5 {
            self = .tool(String(text.dropFirst(5)))
        } else if text.hasPrefix("service."), text.hasSuffix(".port"), text.utf8.count > 13 {
            self = .servicePort(String(text.dropFirst(8).dropLast(5)))
        } else {
            return nil
        }
    }
}

extension Format where Value == Template {
    /// A text; a number or a boolean is taken as it is written.
    static func template(_ scope: ReferenceScope) -> Format {
        Format(schema: textSchema) { node, subject, decoding in
            guard let text = scalarText(node, subject, decoding) else { return nil }
            var reader = TemplateReader(text, node.range, subject, decoding, scope)
            return reader.read()
        }
    }

    /// As `template`, but the empty text is refused.
    static func nonEmptyTemplate(_ scope: ReferenceScope) -> Format {
        template(scope).then(schema: ["type": ["string", "number", "boolean"], "minLength": 1]) {
            template, subject, decoding in
            guard template.parts.isEmpty else { return template }
            decoding.badValue(template.range, "\(subject.phrase) is empty", help: "write a value, or remove the key")
            return nil
        }
    }
}

/// Reads one text. Each `$$` and `${…}` is looked for in the source, in order, for its place there.
private struct TemplateReader {
    let text: [Unicode.Scalar]
    let range: SourceRange
    let subject: Subject
    let decoding: Decoding
    let scope: ReferenceScope
    private var unread: Range<Int>
    private var isWrong = false

    init(_ text: String, _ range: SourceRange, _ subject: Subject, _ decoding: Decoding, _ scope: ReferenceScope) {
        self.text = Array(text.unicodeScalars)
        self.range = range
        self.subject = subject
        self.decoding = decoding
        self.scope = scope
        unread = decoding.offsets.offsets(range)
    }

    mutating func read() -> Template? {
        var parts: [Template.Part] = []
        var literal = String.UnicodeScalarView()
        var index = 0
        while index < text.count {
            let next = index + 1 < text.count ? text[index + 1] : nil
            if text[index] == "$", next == "$" {
                _ = place(of: text[index...index + 1])
                literal.append("$")
                index += 2
            } else if text[index] == "$", next == "{" {
                guard let end = text[index...].firstIndex(of: "}") else {
                    unclosed(text[index...])
                    break
                }
                let name = String(String.UnicodeScalarView(text[index + 2..<end]))
                let place = place(of: text[index...end])
                if !literal.isEmpty { parts.append(.text(String(literal))) }
                literal = String.UnicodeScalarView()
                if let reference = check(name, place) { parts.append(.reference(reference, place)) }
                index = end + 1
            } else {
                literal.append(text[index])
                index += 1
            }
        }
        if !literal.isEmpty { parts.append(.text(String(literal))) }
        return isWrong ? nil : Template(parts: parts, range: range)
    }

    /// The whole value where the token is written in another way, with escapes or across lines.
    private mutating func place(of token: ArraySlice<Unicode.Scalar>) -> SourceRange {
        guard let found = decoding.offsets.find(Array(token), in: unread) else { return range }
        unread = found.upperBound..<unread.upperBound
        return decoding.offsets.range(found.lowerBound, found.upperBound)
    }

    private mutating func unclosed(_ rest: ArraySlice<Unicode.Scalar>) {
        isWrong = true
        decoding.report(
            "pipeline/unclosed-reference", at: place(of: rest.prefix(2)), "this `${` is never closed",
            help: "close it with `}`; a dollar sign that is meant as such is written `$$`")
    }

    private mutating func check(_ name: String, _ place: SourceRange) -> Reference? {
        guard let reference = Reference(name) else {
            unknownReference(name, place)
            return nil
        }
        guard scope.contains(ReferenceScope(of: reference)) else {
            misplaced(name, place)
            return nil
        }
        let declared = decoding.declared
        switch reference {
        case .artifact(let artifact) where !declared.artifacts.contains(artifact):
            decoding.unknownArtifact(artifact, at: place)
        case .tool(let tool) where declared.tools?.contains(tool) == false:
            decoding.unknownTool(tool, at: place)
        case .servicePort(let service) where !declared.services.contains(service):
            decoding.report(
                "pipeline/unknown-service", at: place, "this step has no service named `\(service)`",
                help: decoding.suggestion(
                    for: service, among: declared.services,
                    none: "declare it under the step's `services:`", list: "its services are"))
        default:
            return reference
        }
        isWrong = true
        return nil
    }

    private mutating func unknownReference(_ name: String, _ place: SourceRange) {
        isWrong = true
        let trimmed = String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != " " }))
        let known = scope.known(decoding.declared)
        let near = Reference(trimmed) != nil ? trimmed : decoding.nearest(to: trimmed, among: known)
        let isVariable = !name.contains(".") && !name.contains(" ")
        decoding.report(
            "pipeline/unknown-reference", at: place, "there is no reference \(quoted("${\(name)}"))",
            help: near.map { "did you mean `${\($0)}`?" }
                ?? (isVariable
                    ? "if a variable of the shell is meant, write `$${\(name)}`"
                    : "here you can write \(list(known))"))
    }

    private mutating func misplaced(_ name: String, _ place: SourceRange) {
        isWrong = true
        let known = scope.known(decoding.declared)
        decoding.report(
            "pipeline/misplaced-reference", at: place, "`${\(name)}` cannot be used in \(subject.phrase)",
            help: known.isEmpty ? "write the value itself" : "here you can write \(list(known))")
    }

    private func list(_ names: [String]) -> String {
        enumeration(names.map { "${\($0)}" })
    }
}

extension Decoding {
    func unknownArtifact(_ name: String, at range: SourceRange) {
        report(
            "pipeline/unknown-artifact", at: range, "no artifact is named `\(name)`",
            help: suggestion(
                for: name, among: declared.artifacts, none: "declare it under `artifacts:`", list: "the artifacts are"))
    }

    /// For names that `tools:` could have; with `tools: go.mod` every name is taken here.
    func unknownTool(_ name: String, at range: SourceRange) {
        report(
            "pipeline/unknown-tool", at: range, "no tool is named `\(name)`",
            help: suggestion(
                for: name, among: declared.tools ?? Names(),
                none: "pin it under `tools:`, as in `\(name): import/path@v1.2.3`", list: "the tools are"))
    }
}
