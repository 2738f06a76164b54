/// libyaml's complaints in this product's words; it knows how people mistype YAML, not the pipeline's keys.
import Diagnostics

/// What libyaml stopped at, as a diagnostic with what to do about it.
func describe(_ error: YAMLSyntaxError, in source: SourceText, _ offsets: SourceOffsets) -> Diagnostic {
    let scalars = offsets.scalars
    let at = min(error.offset, scalars.count)
    let found = at < scalars.count ? scalars[at] : nil
    func diagnostic(_ message: String, at offset: Int? = nil, notes: [Diagnostic.Note] = [], help: String) -> Diagnostic
    {
        let start = offset ?? at
        return source.diagnostic(
            "pipeline/yaml-syntax", at: offsets.range(start, start + 1), message, notes: notes, help: help)
    }
    let opening = error.contextOffset.map { min($0, scalars.count) }
    func began(_ what: String) -> [Diagnostic.Note] {
        opening.map { [.init("\(what) begins here", file: source.file, range: offsets.range($0, $0 + 1))] } ?? []
    }

    switch error.problem {
    case "mapping values are not allowed in this context":
        return diagnostic(
            "a `:` is not expected here",
            help: "check the indentation of this line and the one before; put a value that has `: ` in it in quotes")
    case "could not find expected ':'":
        return diagnostic(
            "a `:` is missing after this key", at: opening,
            help: "write `key: value`, with a space after the colon; a long text goes in quotes or after `|`")
    case "did not find expected key":
        return diagnostic(
            "a key of the mapping is expected here", notes: began("the mapping"),
            help: "indent it as the keys before it; close quotes and brackets, and quote a value with text after quotes"
        )
    case "did not find expected '-' indicator":
        return diagnostic(
            "an item of the list is expected here", notes: began("the list"),
            help: "indent its `-` as the ones before it")
    case "did not find expected ',' or ']'":
        return flow(diagnostic, "list", "[", "]", scalars, at, began)
    case "did not find expected ',' or '}'":
        return flow(diagnostic, "mapping", "{", "}", scalars, at, began)
    case "did not find expected node content" where found == ":":
        return diagnostic("a value may not begin with `:` between brackets", help: "put the value in quotes")
    case "did not find expected node content":
        return diagnostic(
            "a value is expected here", help: "write a value, or remove the comma or the bracket that is too many")
    case "block sequence entries are not allowed in this context":
        return diagnostic("a list may not begin here", help: "begin the list on a line of its own, below its key")
    case "mapping keys are not allowed in this context":
        return diagnostic("a key may not begin here", help: "put the value in quotes if its `?` is meant as text")
    case "found unexpected end of stream", "found unexpected document indicator":
        return diagnostic("this quote is never closed", at: opening, help: "close it with the same kind of quote")
    case "found unknown escape character":
        return diagnostic(
            "`\\` and this character are no escape sequence", at: opening.map { _ in at },
            help: "write `\\\\` for a backslash, or use single quotes, which have no escapes")
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
        return diagnostic(
            "this escape sequence names no character",
            help: "write \\x and two hexadecimal digits, \\u and four, or \\U and eight")
    case "found a tab character where an indentation space is expected",
        "found a tab character that violates indentation":
        return tab(diagnostic, at)
    case "found character that cannot start any token":
        if found == "\t" { return tab(diagnostic, at) }
        let shown = found.map(String.init) ?? ""
        return diagnostic("a value may not begin with `\(shown)`", help: "put the value in quotes")
    case "did not find expected alphabetic or numeric character":
        let isAlias = error.contextOffset.map { $0 < scalars.count && scalars[$0] == "*" } ?? false
        return diagnostic(
            isAlias ? "`*` is not followed by the name of an anchor" : "`&` is not followed by a name",
            at: opening, help: "put the value in quotes if the \(isAlias ? "`*`" : "`&`") is meant as text")
    case "found undefined tag handle", "did not find expected tag URI", "did not find the expected '>'",
        "did not find expected '!'", "did not find expected whitespace or line break", "did not find URI escaped octet":
        return diagnostic(
            "this is not a tag that YAML knows", at: opening,
            help: "put the value in quotes if its `!` is meant as text")
    case "did not find expected comment or line break", "found an indentation indicator equal to 0":
        return diagnostic(
            "nothing but a comment may follow on this line", help: "begin the text on the line after `|` or `>`")
    case "did not find expected <document start>":
        return diagnostic(
            "the file goes on after its only value",
            help: "a pipeline file is one mapping: begin its keys at the first column of their lines")
    case "found incompatible YAML document":
        return diagnostic("this version of YAML is not known", help: "remove the `%YAML` line")
    default:
        return diagnostic(
            "this is not YAML (\(error.problem))", help: "put the value in quotes if it is meant as text")
    }
}

private typealias Report = (_ message: String, _ at: Int?, _ notes: [Diagnostic.Note], _ help: String) -> Diagnostic

private func tab(_ diagnostic: Report, _ at: Int) -> Diagnostic {
    diagnostic("a tab may not indent YAML", at, [], "indent with spaces")
}

/// The classic among these: `[a, ${b}]`, whose brace begins a mapping.
private func flow(
    _ diagnostic: Report, _ what: String, _ open: String, _ close: String, _ scalars: [Unicode.Scalar], _ at: Int,
    _ began: (String) -> [Diagnostic.Note]
) -> Diagnostic {
    if at > 0, at < scalars.count, scalars[at] == "{", scalars[at - 1] == "$" {
        return diagnostic(
            "between `\(open)` and `\(close)`, a `${…}` must be in quotes", at - 1, [],
            "write \"${…}\" in double quotes")
    }
    return diagnostic(
        "a `,` or the closing `\(close)` of the \(what) is expected here", at, began("the \(what)"),
        "separate its parts with commas, close it with `\(close)`, and quote values with brackets or commas")
}
