/// Whether a Dockerfile that was written down is still the one that would be emitted.
import Diagnostics
import Pipeline

/// The difference of `file`, the content of the file that is called `named`, from the emitted `text`, as a unified diff;
/// empty when there is none.
///
/// Defaults of the build arguments that name the commit are not compared: a committed file cannot name its own.
package func checkDockerfile(text: String, against file: String, named: String) -> String {
    let arguments = Reference.GitFact.allCases.map { "ARG \($0.argument)=" }
    func defaultLine(_ line: Substring) -> String? { arguments.first { line.hasPrefix($0) } }
    var written: [String: Substring] = [:]
    for line in lines(of: file) { if let argument = defaultLine(line) { written[argument] = line } }
    let expected = lines(of: text).map { line in defaultLine(line).flatMap { written[$0] } ?? line }
    return unifiedDiff(
        from: file, named: named, to: expected.joined(separator: "\n"), named: "pipeline dockerfile")
}

/// By scalar: "\r\n" is one character, and a file with such line ends is another file.
private func lines(of text: String) -> [Substring] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
}
