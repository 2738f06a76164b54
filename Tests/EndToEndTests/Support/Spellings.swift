/// The ways in which a value can be written, made here by other means than the product's own, and a search for them all.
import Files
import TestSupport
import Testing

struct Spellings: Sendable {
    /// Without line feeds.
    let all: [String]

    init(of values: [String]) async throws {
        let script = """
            import base64, binascii, json, sys, urllib.parse
            for value in json.loads(sys.argv[1]):
                data = value.encode()
                forms = {value, urllib.parse.quote(value, safe=""), urllib.parse.quote(value), urllib.parse.quote_plus(value), json.dumps(value)[1:-1]}
                forms |= {line for line in value.split("\\n") if len(line) > 8}
                forms |= {binascii.hexlify(data).decode(), binascii.hexlify(data).decode().upper()}
                for before in range(3):
                    for after in range(3):
                        for encode in (base64.b64encode, base64.urlsafe_b64encode):
                            text = encode(b"x" * before + data + b"y" * after).decode().rstrip("=")
                            # The first and the last group depend on what is beside the value.
                            forms.add(text[4 if before else 0:len(text) - (4 if after else 2)])
                for form in forms:
                    for line in form.split("\\n"):
                        if len(line) > 8: print(line)
            """
        let list = "[" + values.map { "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\"" }
            .joined(separator: ",") + "]"
        let ended = try await ChildProgram(["/usr/bin/env", "python3", "-c", script, list], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], directory: "/").end()
        try #require(ended.exit == .code(0), "\(ended.transcript)")
        all = Set(ended.out.lines.filter { !$0.isEmpty }).sorted()
    }

    /// Those that stand in a text.
    func found(in text: String) -> [String] { all.filter { text.contains($0) } }

    /// Files below a folder that have one of them.
    func files(below folder: String, in place: TemporaryFolder) async throws -> [String] {
        let list = place.write("spellings", all.joined(separator: "\n") + "\n")
        defer { removeTree(list) }
        let ended = try await ChildProgram(
            ["/usr/bin/env", "grep", "-rlaF", "-f", list, folder], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], directory: "/"
        ).end()
        try #require([.code(0), .code(1)].contains(ended.exit), "\(ended.transcript)")
        return ended.out.lines.filter { !$0.isEmpty }
    }
}
