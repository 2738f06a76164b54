/// Asks `go list` what packages are made of and reads the answer; it knows the question's flags and the answer's form.
///
/// Source of the format: `go help list`.
import FoundationEssentials
import Processes

package struct GoListQuestion: Hashable, Sendable {
    /// `./...`, `./cmd/server`, import paths.
    package var patterns: [String]
    /// An absolute path, in the module or workspace.
    package var directory: String
    package var tags: [String]
    /// All of the go command's environment; HOME or GOCACHE and GOPATH have to be among it.
    package var environment: [String: String]
    /// Also what the tests of the matched packages are made of. Without it nothing below a test's own imports is named.
    package var tests: Bool

    package init(
        patterns: [String], directory: String, tags: [String] = [], environment: [String: String], tests: Bool = false
    ) {
        self.patterns = patterns
        self.directory = directory
        self.tags = tags
        self.environment = environment
        self.tests = tests
    }

    fileprivate var arguments: [String] {
        ["list", "-e", "-deps"] + (tests ? ["-test"] : [])
            + ["-json=" + ListedPackage.fields.joined(separator: ",")]
            + (tags.isEmpty ? [] : ["-tags=" + tags.joined(separator: ",")]) + ["--"] + patterns
    }
}

/// The matched packages and all below them, dependencies first. A package that cannot be loaded is in the list, with
/// its error; the go command's refusal to answer at all (a bad go.mod, inconsistent vendoring, a module graph that
/// cannot be loaded) is thrown.
package func askGoList(_ toolchain: GoToolchain, _ question: GoListQuestion) async throws(GoError) -> [GoPackage] {
    let command = Command(
        executable: toolchain.executable, arguments: question.arguments, environment: question.environment,
        directory: question.directory)
    let operation = (["go", "list", "-deps"] + question.patterns).joined(separator: " ")
    return try parseGoList(try await run(command, operation: operation))
}

/// Reads the objects that `go list -json` writes one after the other. Sound packages of the standard library that
/// others need are left out: they are most of an answer, and come with the toolchain.
package func parseGoList(_ output: [UInt8]) throws(GoError) -> [GoPackage] {
    let decoder = JSONDecoder()
    var packages: [GoPackage] = []
    for (index, object) in splitObjects(output).enumerated() {
        do {
            let package = try decoder.decode(ListedPackage.self, from: Data(output[object])).package
            if !package.standard || !package.depOnly || package.error != nil { packages.append(package) }
        } catch {
            throw GoError(operation: "read the answer of go list", cause: "package \(index + 1) is malformed: \(error)")
        }
    }
    return packages
}

/// Where each top-level object of concatenated JSON stands. What is no object comes out as a part of its own, for the
/// decoder to reject.
private func splitObjects(_ bytes: [UInt8]) -> [Range<Int>] {
    var objects: [Range<Int>] = []
    var start: Int?
    var depth = 0
    var isInString = false
    var isEscaped = false
    bytes.withUnsafeBufferPointer { bytes in
        for index in bytes.indices {
            let byte = bytes[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            default: break
            }
            if start == nil { start = index }
            if depth == 0, byte == UInt8(ascii: "}"), let first = start {
                objects.append(first..<(index + 1))
                start = nil
            }
        }
    }
    if let start { objects.append(start..<bytes.count) }
    return objects
}

/// A package in the go command's own words.
private struct ListedPackage: Decodable {
    static let fields =
        Key.allCases.map(\.rawValue) + GoPackage.FileList.allCases.map(\.rawValue)

    enum Key: String, CodingKey, CaseIterable {
        case importPath = "ImportPath"
        case dir = "Dir"
        case name = "Name"
        case forTest = "ForTest"
        case standard = "Standard"
        case module = "Module"
        case depOnly = "DepOnly"
        case imports = "Imports"
        case testImports = "TestImports"
        case xTestImports = "XTestImports"
        case importMap = "ImportMap"
        case error = "Error"
        case depsErrors = "DepsErrors"
        case match = "Match"
        case incomplete = "Incomplete"
    }

    struct Module: Decodable {
        var Path: String
        var Version: String?
        var Main: Bool?
        var Dir: String?
        var GoMod: String?
        var Replace: Replacement?

        struct Replacement: Decodable {
            var Path: String
            var Version: String?
            var Dir: String?
        }

        var module: GoPackage.Module {
            GoPackage.Module(
                path: Path, version: Version, main: Main ?? false, dir: Dir, goMod: GoMod,
                replace: Replace.map { GoPackage.Module.Replace(path: $0.Path, version: $0.Version, dir: $0.Dir) })
        }
    }

    struct Failure: Decodable {
        var Pos: String?
        var Err: String
    }

    var package: GoPackage

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        package = GoPackage(importPath: try container.decode(String.self, forKey: .importPath))
        package.standard = try container.decodeIfPresent(Bool.self, forKey: .standard) ?? false
        let failure = try container.decodeIfPresent(Failure.self, forKey: .error)
        package.error = failure?.Err
        package.errorPosition = failure?.Pos
        package.depOnly = try container.decodeIfPresent(Bool.self, forKey: .depOnly) ?? false
        if package.standard { return }

        package.dir = try container.decodeIfPresent(String.self, forKey: .dir) ?? ""
        package.name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
        package.forTest = try container.decodeIfPresent(String.self, forKey: .forTest)
        package.module = try container.decodeIfPresent(Module.self, forKey: .module)?.module
        package.imports = try container.decodeIfPresent([String].self, forKey: .imports) ?? []
        package.testImports = try container.decodeIfPresent([String].self, forKey: .testImports) ?? []
        package.xTestImports = try container.decodeIfPresent([String].self, forKey: .xTestImports) ?? []
        package.importMap = try container.decodeIfPresent([String: String].self, forKey: .importMap) ?? [:]
        package.depsErrors = try container.decodeIfPresent([Failure].self, forKey: .depsErrors)?.map(\.Err) ?? []
        package.match = try container.decodeIfPresent([String].self, forKey: .match) ?? []
        package.incomplete = try container.decodeIfPresent(Bool.self, forKey: .incomplete) ?? false

        let lists = try decoder.container(keyedBy: GoPackage.FileList.self)
        for list in lists.allKeys {
            let names = try lists.decode([String].self, forKey: list)
            if names.isEmpty { continue }
            if names.contains(where: { $0.hasPrefix("/") }) {
                // A test's main package: the go command wrote its file in GOCACHE, and says nowhere whose test it is.
                package.forTest = String(package.importPath.dropLast(".test".count))
            } else {
                package.files[list] = names
            }
        }
    }
}

extension GoPackage.FileList: CodingKey {}
