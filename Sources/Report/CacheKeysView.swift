/// The two cache keys for people and for programs; it knows no key's making.
import Plan

/// `{"module":{"key":…,"inputs":[…]},"build":{…}}`, one line.
package func renderCacheKeysJSON(_ keys: CacheKeys) -> String {
    JSON.object([("module", JSON(keys.module)), ("build", JSON(keys.build))]).text + "\n"
}

/// A key a line; with `inputs`, what went into each below it.
package func renderCacheKeys(_ keys: CacheKeys, inputs: Bool) -> String {
    [("module", keys.module), ("build ", keys.build)].map { name, report in
        let lines = inputs ? report.inputs.map { "  \($0.name) = \($0.value)\n" } : []
        return "\(name) \(report.key)\n" + lines.joined()
    }.joined()
}

extension JSON {
    fileprivate init(_ report: CacheKeyReport) {
        let inputs = report.inputs.map { JSON.object([("name", .string($0.name)), ("value", .string($0.value))]) }
        self = .object([("key", .string(report.key)), ("inputs", .array(inputs))])
    }
}
