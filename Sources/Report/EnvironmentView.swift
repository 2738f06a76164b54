/// The environment of a step, for a shell and for programs.
import Action

/// `NAME=value` lines in the order of names, each quoted where a shell would make something of it.
package func renderEnvironment(_ variables: [String: String]) -> String {
    variables.sorted { $0.key < $1.key }.map { "\($0.key)=\(quotedForShell($0.value))\n" }.joined()
}

package func renderEnvironmentJSON(
    of action: Action, _ variables: [String: String], directory: String
) -> String {
    let members = variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: JSON.string($0.value)) }
    let document: JSON = [
        "step": .string(action.step), "action": .string(action.id.text), "directory": .string(directory),
        "sandbox": JSON(action.sandbox?.rawValue),
        "environment": .object(members),
    ]
    var text = ""
    document.write(to: &text)
    return text + "\n"
}

private func quotedForShell(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-./:,@%+=".utf8.contains(byte)
        }
    }
    return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
}
