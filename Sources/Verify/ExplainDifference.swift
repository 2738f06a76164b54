/// What is said of a difference between two binaries: what, why, and what to do about it.
import Diagnostics

extension Difference {
    /// Ids: `verify/…`, as docs/verify.md lists them. `first` and `second` are what the two are called.
    package func diagnostic(_ first: String, _ second: String) -> Diagnostic {
        func sides(_ a: String?, _ b: String?) -> [Diagnostic.Note] {
            [Diagnostic.Note("\(first): \(a.map(shown) ?? "not there")"), Diagnostic.Note("\(second): \(b.map(shown) ?? "not there")")]
        }
        switch self {
        case .goVersion(let a, let b):
            return Diagnostic(
                id: "verify/go-version", message: "they were built by different releases of Go",
                notes: sides(a.isEmpty ? "no Go program" : a, b.isEmpty ? "no Go program" : b),
                help: "pin the release with `go: { version: … }`, and build both with it")
        case .setting(let name, let a, let b):
            return Diagnostic(
                id: "verify/build-setting", message: "the go command's setting \(name) differs", notes: sides(a, b),
                help: "build both with the same flags, tags and variables; the pipeline's are those of the artifact and of `go: { env: … }`")
        case .stamp(let stamps):
            let isDirty = stamps.contains { $0.name == "vcs.modified" }
            return Diagnostic(
                id: "verify/vcs-stamp",
                message: "the stamp of the version control system differs (-buildvcs): \(list(stamps.map(\.name)))",
                notes: stamps.flatMap { stamp in
                    [Diagnostic.Note("\(first): \(stamp.name)=\(stamp.first ?? "")"), Diagnostic.Note("\(second): \(stamp.name)=\(stamp.second ?? "")")]
                },
                help: (isDirty
                    ? "vcs.modified is about the whole tree, also about files that the binary is not made of: commit or remove them, or "
                    : "they are of different commits, or one was built outside of git: build the same commit, or ")
                    + "leave -buildvcs=true out of GOFLAGS and say the version in ldflags with ${git.describe}")
        case .module(let path, let a, let b):
            return Diagnostic(
                id: "verify/module", message: "the module \(path) is another", notes: sides(a, b),
                help: "build both from the same go.mod and go.sum, with -mod=readonly")
        case .linkerValue(let variable, let a, let b):
            return Diagnostic(
                id: "verify/linker-value", message: "the linker's value for \(variable) differs (-ldflags -X)",
                notes: b == nil ? [Diagnostic.Note("\(first): \(shown(a))"), Diagnostic.Note("\(second) does not hold this text")] : sides(a, b),
                help: valueHelp(a, b))
        case .folder(let path, let binary, let sections, let isTrimmed):
            let places = sections.filter { !$0.isEmpty }
            return Diagnostic(
                id: "verify/folder", message: "\(binary) holds the path of the folder it was built in: \(path)",
                notes: places.isEmpty ? [] : [Diagnostic.Note("in \(list(places))")],
                help: isTrimmed
                    ? "-trimpath is set, so a source has it: a generated file, a flag of cgo or an -X value; name it relative to the repository"
                    : "build with -trimpath, as pipeline does unless GOFLAGS says otherwise")
        case .source(let source): return source.diagnostic(first, second)
        case .compileTime(let a, let b, let sources):
            return Diagnostic(
                id: "verify/compile-time", message: "the C compiler wrote down when it compiled",
                file: sources.count == 1 ? sources[0].path : nil,
                notes: sides(a, b) + sources.map { Diagnostic.Note("\($0.path) uses \(list($0.macros))") },
                help: "leave the macro out, or give the artifact `env: { SOURCE_DATE_EPOCH: \"${git.commit.time}\" }`, which gcc and clang obey")
        case .buildID(let a, let b):
            return Diagnostic(
                id: "verify/build-id", message: "only the build ID differs; code and data are the same", notes: sides(a, b),
                help: "it is made of the flags too: build both with the same ones, and leave -buildid out of ldflags")
        case .stripped(let binary, let sections):
            return Diagnostic(
                id: "verify/stripped", message: "\(binary) lacks \(list(sections))",
                help: "it was linked with -s or -w, or stripped afterwards; say so in `ldflags`, and compare what is linked")
        case .content(let content): return content.diagnostic(first, second)
        }
    }
}

extension SourceDifference {
    fileprivate func diagnostic(_ one: String, _ other: String) -> Diagnostic {
        let isEmbedded = role == .embedded
        let what = isEmbedded ? "the embedded file \(path)" : "the source file \(path)"
        var notes = step.map { [Diagnostic.Note("the step `\($0)` makes it")] } ?? []
        if let lines { notes += [Diagnostic.Note("\(one): \(shown(lines.first))"), Diagnostic.Note("\(other): \(shown(lines.second))")] }
        let why =
            switch reason {
            case .folder: ", and holds the path of the folder it is made in"
            case .time: ", and holds a time"
            case .unknown: ""
            }
        let help =
            switch reason {
            case .folder: "let the generator write paths relative to the repository"
            case .time: "leave the time out, or take the commit's: ${git.commit.time}"
            case .unknown: "let the generator give the same output for the same input: no random numbers, no order of a map"
            }
        return Diagnostic(
            id: isEmbedded ? "verify/embedded-file" : "verify/generated-file",
            message: "\(what) is made anew with another content\(why)", file: path, notes: notes, help: help)
    }
}

extension ContentDifference {
    fileprivate func diagnostic(_ one: String, _ other: String) -> Diagnostic {
        var place = section.isEmpty ? "byte \(offset)" : "byte \(offset) of \(section)"
        if let symbol { place += ", in \(symbol)" }
        var notes: [Diagnostic.Note] = []
        if sizes.first != sizes.second {
            notes.append(Diagnostic.Note("\(one): \(sizes.first) bytes; \(other): \(sizes.second) bytes"))
        }
        if let texts {
            notes += [Diagnostic.Note("\(one): \(shown(texts.first))"), Diagnostic.Note("\(other): \(shown(texts.second))")]
        }
        let isTimed = texts.map { isTime($0.first) && isTime($0.second) } ?? false
        return Diagnostic(
            id: "verify/content", message: "they differ from \(place) on", notes: notes,
            help: isTimed
                ? "it reads as a time: look for what asks for the clock while it builds"
                : "no known cause fits; `go tool nm` and `strings` show more of that place")
    }
}

private func valueHelp(_ a: String, _ b: String?) -> String {
    if a.hasPrefix("/"), b?.hasPrefix("/") ?? true { return "it is a path: leave ${root} out of ldflags" }
    if isTime(a) { return "it is a time: take the commit's with ${git.commit.time}, or leave it out" }
    if a.hasSuffix("-dirty") != (b ?? "").hasSuffix("-dirty") {
        return "one was built of files that no commit has: commit them, and build again"
    }
    return "let it follow from the commit, as ${git.describe} does, and build the same commit"
}

/// In quotes, on one line, and not too long.
private func shown(_ text: String) -> String {
    let line = text.map { $0.isNewline ? " " : $0 }
    return line.count > 160 ? String(line.prefix(157)) + "..." : String(line)
}

private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
