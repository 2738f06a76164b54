/// What the go command says a package is made of, as values; it neither asks nor reads anything.

package struct GoPackage: Codable, Hashable, Sendable {
    /// The lists in which the go command sorts a package's files; the raw values are its own names.
    package enum FileList: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
        case go = "GoFiles"
        case cgo = "CgoFiles"
        case c = "CFiles"
        case cxx = "CXXFiles"
        case m = "MFiles"
        case h = "HFiles"
        case f = "FFiles"
        case s = "SFiles"
        case swig = "SwigFiles"
        case swigCXX = "SwigCXXFiles"
        case syso = "SysoFiles"
        case embed = "EmbedFiles"
        case testGo = "TestGoFiles"
        case testEmbed = "TestEmbedFiles"
        case xTestGo = "XTestGoFiles"
        case xTestEmbed = "XTestEmbedFiles"
        case ignoredGo = "IgnoredGoFiles"
        case ignoredOther = "IgnoredOtherFiles"

        /// Those that `go build` reads.
        package static let build: [FileList] = [
            .go, .cgo, .c, .cxx, .m, .h, .f, .s, .swig, .swigCXX, .syso, .embed,
        ]
        /// Those that `go test` reads in addition.
        package static let test: [FileList] = [.testGo, .testEmbed, .xTestGo, .xTestEmbed]
    }

    package struct Module: Codable, Hashable, Sendable {
        package var path: String
        /// Nil for the main modules and for folders that replace one.
        package var version: String?
        /// It is the module that was asked, or one of its workspace's.
        package var main: Bool
        /// Absolute; nil when it was not fetched.
        package var dir: String?
        /// Absolute path of its go.mod.
        package var goMod: String?
        package var replace: Replace?

        package struct Replace: Codable, Hashable, Sendable {
            package var path: String
            package var version: String?
            package var dir: String?

            package init(path: String, version: String? = nil, dir: String? = nil) {
                self.path = path
                self.version = version
                self.dir = dir
            }
        }

        package init(
            path: String, version: String? = nil, main: Bool = false, dir: String? = nil, goMod: String? = nil,
            replace: Replace? = nil
        ) {
            self.path = path
            self.version = version
            self.main = main
            self.dir = dir
            self.goMod = goMod
            self.replace = replace
        }
    }

    /// Of a test variant with its variant: `example.com/p [example.com/p.test]`.
    package var importPath: String
    /// Absolute; empty when the package was not found, and for packages of the standard library.
    package var dir = ""
    package var name = ""
    /// The import path of the package whose tests this variant, or generated main package, is for.
    package var forTest: String?
    /// Of the standard library. Of these only what `isComplete` asks for is kept: the toolchain's version says the rest.
    package var standard = false
    package var module: Module?
    /// Not matched by a pattern, only needed by a package that is.
    package var depOnly = false
    /// Names relative to `dir`. Files that the go command generated for a test's main package are not among them.
    package var files: [FileList: [String]] = [:]
    /// Import paths, `importMap` applied: in a test variant those of other variants.
    package var imports: [String] = []
    package var testImports: [String] = []
    package var xTestImports: [String] = []
    /// From the path in the source to the import path, where they differ.
    package var importMap: [String: String] = [:]
    package var error: String?
    /// Where the error is: `cmd/server/main.go:7:2`, relative to where was asked.
    package var errorPosition: String?
    package var depsErrors: [String] = []
    /// The patterns that matched it.
    package var match: [String] = []
    /// It, or a package below it, has an error.
    package var incomplete = false

    package init(importPath: String) { self.importPath = importPath }

    /// The files of the given lists, each name once, in the order of the lists.
    package func files(of lists: [FileList]) -> [String] {
        var seen: Set<String> = []
        return lists.flatMap { files[$0] ?? [] }.filter { seen.insert($0).inserted }
    }
}

extension GoPackage {
    private subscript(_ list: FileList) -> [String] { files[list] ?? [] }

    package var goFiles: [String] { self[.go] }
    package var cgoFiles: [String] { self[.cgo] }
    package var cFiles: [String] { self[.c] }
    package var cxxFiles: [String] { self[.cxx] }
    package var mFiles: [String] { self[.m] }
    package var hFiles: [String] { self[.h] }
    package var fFiles: [String] { self[.f] }
    package var sFiles: [String] { self[.s] }
    package var swigFiles: [String] { self[.swig] }
    package var swigCXXFiles: [String] { self[.swigCXX] }
    package var sysoFiles: [String] { self[.syso] }
    package var embedFiles: [String] { self[.embed] }
    package var testGoFiles: [String] { self[.testGo] }
    package var testEmbedFiles: [String] { self[.testEmbed] }
    package var xTestGoFiles: [String] { self[.xTestGo] }
    package var xTestEmbedFiles: [String] { self[.xTestEmbed] }
    package var ignoredGoFiles: [String] { self[.ignoredGo] }
    package var ignoredOtherFiles: [String] { self[.ignoredOther] }
}

/// Whether every package that is needed was there to be looked at. Mistakes in the packages' files are no lack; a
/// module that is not in the module cache, or that go.sum does not vouch for, is.
package func isComplete(_ packages: [GoPackage]) -> Bool {
    packages.allSatisfy { $0.standard ? $0.error == nil : !$0.dir.isEmpty }
}
