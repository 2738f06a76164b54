/// The exit codes that the product documents, and what a command says when it cannot do its work.
import Diagnostics
import Report

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum ProcessExit: Int32 {
    case green = 0
    /// A step is red, or a checked file is not up to date.
    case red = 1
    /// The pipeline file or the arguments are wrong.
    case misuse = 2
    /// The review has findings.
    case findings = 3
    /// What was built again is something else.
    case unrepeatable = 4
    /// The environment lacks something: no Go, the wrong Go.
    case environment = 5
    case interrupted = 130
}

/// Ends the process without the run-time's own farewells.
func leave(_ code: ProcessExit) -> Never { exit(code.rawValue) }

/// Why a command ended without doing its work.
struct CommandFailure: Error {
    var exitCode: ProcessExit
    var diagnostics: [Diagnostic]
    var output: Output = Output()

    init(_ exitCode: ProcessExit, _ diagnostics: [Diagnostic], _ output: Output = Output()) {
        self.exitCode = exitCode
        self.diagnostics = diagnostics
        self.output = output
    }

    init(_ exitCode: ProcessExit, _ id: String, _ message: String, help: String? = nil, _ output: Output = Output()) {
        self.init(exitCode, [Diagnostic(id: id, message: message, help: help)], output)
    }

    func show() { output.show(diagnostics) }
}

/// Where a command's words go, and in what form.
struct Output: Sendable {
    var color = ColorChoice.auto
    var json = false
    var verbosity = Verbosity.normal

    private var variables: [String: String] { processEnvironment }

    static let standardOutput = MaskedSink(DescriptorSink.standardOutput) { knownSecrets.mask }
    static let standardError = MaskedSink(DescriptorSink.standardError) { knownSecrets.mask }

    var style: TerminalStyle { style(of: .standardOutput) }

    func style(of sink: DescriptorSink) -> TerminalStyle {
        TerminalStyle(color: color, environment: variables, isTerminal: sink.isTerminal, size: sink.size)
    }

    /// Diagnostics for people go to standard error, for programs to standard output.
    func show(_ diagnostics: [Diagnostic]) {
        guard !diagnostics.isEmpty else { return }
        if json {
            print(renderDiagnosticsJSON(diagnostics))
        } else {
            _ = Output.standardError.write(
                renderDiagnostics(diagnostics, style: style(of: .standardError)))
        }
    }

    /// A command's result.
    func print(_ text: String) {
        _ = Output.standardOutput.write(text.isEmpty || text.hasSuffix("\n") ? text : text + "\n")
    }

    /// A remark beside the result.
    func remark(_ text: String) {
        guard verbosity > .quiet else { return }
        _ = Output.standardError.write(text + "\n")
    }
}
