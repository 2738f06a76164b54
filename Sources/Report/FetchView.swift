/// What was fetched, and what the tool commands did or found, as JSON for audits; it knows nothing of how it came.
import Action
import Diagnostics
import Plan
import Run

extension JSON {
    static func members(of fetch: Fetch) -> [(name: String, value: JSON)] {
        [
            ("name", .string(fetch.name)), ("version", JSON(fetch.version)), ("hash", .string(fetch.hash)),
            ("from", JSON(fetch.source)),
        ]
    }

    fileprivate static func list(_ fetches: [Fetch]) -> JSON { .array(fetches.map { .object(members(of: $0)) }) }
}

/// A tool whose program was put somewhere.
package struct InstalledTool: Sendable {
    package var tool: PinnedTool
    package var program: String
    package var digest: Digest

    package init(tool: PinnedTool, program: String, digest: Digest) {
        self.tool = tool
        self.program = program
        self.digest = digest
    }
}

/// `{"tools":[…],"fetched":[…]}` on one line.
package func renderInstallationJSON(_ tools: [InstalledTool], fetched: [Fetch]) -> String {
    let installed = tools.map { installed -> JSON in
        [
            "name": .string(installed.tool.name), "package": .string(installed.tool.package),
            "version": JSON(installed.tool.version), "program": .string(installed.program),
            "digest": .string(installed.digest.description),
        ]
    }
    let document: JSON = ["tools": .array(installed), "fetched": .list(fetched)]
    return document.text + "\n"
}

/// `{"file","written","tools":[…],"fetched":[…]}` on one line; the tools are packages, versions and hashes.
package func renderLockingJSON(
    file: String, isWritten: Bool, tools: [(package: String, version: String, module: String, hash: String)], fetched: [Fetch]
) -> String {
    let locked = tools.map { tool -> JSON in
        [
            "package": .string(tool.package), "version": .string(tool.version), "module": .string(tool.module),
            "hash": .string(tool.hash),
        ]
    }
    let document: JSON = [
        "file": .string(file), "written": .boolean(isWritten), "tools": .array(locked), "fetched": .list(fetched),
    ]
    return document.text + "\n"
}

/// A module or program that tools are made of, and what is at hand of it.
package struct ToolPart: Sendable {
    package enum State: String, Sendable { case right, edited, absent }

    package var name: String
    package var version: String?
    package var hash: String
    package var state: State
    /// From where and when it came into the store, seconds since 1970; nil when that is not known.
    package var source: String?
    package var time: Int?

    package init(name: String, version: String?, hash: String, state: State, source: String?, time: Int?) {
        self.name = name
        self.version = version
        self.hash = hash
        self.state = state
        self.source = source
        self.time = time
    }
}

/// `{"clean","modules":[…],"diagnostics":[…]}` on one line.
package func renderToolVerificationJSON(_ parts: [ToolPart], _ mistakes: [Diagnostic]) -> String {
    let modules = parts.map { part -> JSON in
        [
            "name": .string(part.name), "version": JSON(part.version), "hash": .string(part.hash),
            "state": .string(part.state.rawValue), "from": JSON(part.source),
            "fetched_at": part.time.map(JSON.number) ?? nil,
        ]
    }
    let document: JSON = [
        "clean": .boolean(mistakes.isEmpty), "modules": .array(modules), "diagnostics": .array(mistakes.map { JSON($0) }),
    ]
    return document.text + "\n"
}
