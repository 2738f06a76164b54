/// Python's jsonschema as a judge over files, where it is installed; it knows nothing of pipelines.
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct SchemaValidator {
    private let python: String

    /// Nil where no python3 has the modules jsonschema and yaml.
    init?() {
        let candidates = ["python3", "/usr/bin/python3"]
        guard
            let python = candidates.first(where: {
                output(of: "\($0) -c 'import jsonschema, yaml; print(1)' 2>/dev/null") == "1\n"
            })
        else { return nil }
        self.python = python
    }

    static var isRequired: Bool { environmentValue("PIPELINE_REQUIRE_REAL") == "1" }

    /// For each text, what is wrong with it by the schema; nil for what is right.
    func judge(_ texts: [String], schema: String) -> [String?] {
        let folder = TemporaryFolder()
        folder.write("schema.json", schema)
        folder.write("judge.py", Self.script)
        for (index, text) in texts.enumerated() { folder.write("\(index).yaml", text) }
        let verdicts = output(of: "\(python) '\(folder.path)/judge.py' '\(folder.path)' \(texts.count) 2>&1")
            .split(separator: "\n").map(String.init)
        guard verdicts.count == texts.count else { return [verdicts.joined(separator: "\n")] }
        return verdicts.map { $0 == "ok" ? nil : $0 }
    }

    /// PyYAML reads YAML 1.1; what that adds to YAML 1.2's booleans, numbers and dates is taken out.
    private static let script = #"""
        import json, re, sys, yaml
        from jsonschema import Draft202012Validator

        class Loader(yaml.SafeLoader):
            pass

        Loader.yaml_implicit_resolvers = {
            key: [(tag, pattern) for tag, pattern in found if tag.rpartition(":")[2] in ("null", "merge")]
            for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }
        for tag, pattern, first in [
            ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
            ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
            ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
        ]:
            Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))

        folder, count = sys.argv[1], int(sys.argv[2])
        schema = json.load(open(folder + "/schema.json", encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for index in range(count):
            try:
                value = yaml.load(open(f"{folder}/{index}.yaml", encoding="utf-8"), Loader)
                errors = [error.message for error in validator.iter_errors(value)]
            except Exception as error:
                errors = [type(error).__name__]
            print(errors[0].replace("\n", " ") if errors else "ok")
        """#
}

private func output(of command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}
