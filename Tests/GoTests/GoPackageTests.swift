import FoundationEssentials
import Go
import Testing

@Suite struct GoPackageTests {
    private let output = #"""
        {
        	"Dir": "/go/src/fmt", "ImportPath": "fmt", "Name": "fmt", "Standard": true, "DepOnly": true,
        	"GoFiles": ["print.go"], "Imports": ["os"]
        }
        { "Dir": "/go/src/strings", "ImportPath": "strings", "Standard": true, "GoFiles": ["strings.go"] }
        {
        	"ImportPath": "nonesuch", "Standard": true, "DepOnly": true,
        	"Error": { "ImportStack": [], "Pos": "", "Err": "package nonesuch is not in std" }
        }
        {
        	"Dir": "/m/words@v1.0.0", "ImportPath": "example.com/words", "Name": "words", "DepOnly": true,
        	"Module": {
        		"Path": "example.com/words", "Version": "v1.0.0", "Dir": "/w/words", "GoMod": "/w/words/go.mod",
        		"Replace": { "Path": "./words", "Dir": "/w/words", "GoVersion": "1.24" }, "Time": "2026-01-01T00:00:00Z"
        	},
        	"GoFiles": ["words.go"], "HFiles": [], "Doc": "braces } { and \" quotes \\"
        }
        {
        	"Dir": "/w/lib", "ImportPath": "example.com/a/lib", "Name": "lib", "Match": ["./..."],
        	"Module": { "Path": "example.com/a", "Main": true, "Dir": "/w", "GoMod": "/w/go.mod" },
        	"GoFiles": ["lib.go", "z.go"], "CgoFiles": ["c.go"], "EmbedFiles": ["t/ä.txt"],
        	"Imports": ["C", "example.com/words", "fmt"], "TestImports": ["testing"], "XTestGoFiles": ["x_test.go"],
        	"ImportMap": { "words": "example.com/words" }
        }
        {
        	"Dir": "/w", "ImportPath": "example.com/a", "Name": "main", "Match": ["./...", "."], "Incomplete": true,
        	"GoFiles": ["main.go"], "Imports": ["example.com/a/lib", "example.com/gone"],
        	"DepsErrors": [ { "ImportStack": ["example.com/a"], "Pos": "main.go:3:8", "Err": "no such thing" } ]
        }
        {
        	"ImportPath": "example.com/gone", "DepOnly": true, "Incomplete": true,
        	"Error": { "ImportStack": ["example.com/a"], "Pos": "main.go:3:8", "Err": "no such thing" }
        }

        """#

    @Test func objectsAreReadOneAfterTheOther() throws {
        let packages = try parseGoList(Array(output.utf8))
        #expect(
            packages.map(\.importPath) == [
                "strings", "nonesuch", "example.com/words", "example.com/a/lib", "example.com/a", "example.com/gone",
            ], "fmt is sound and only needed")
        var strings = GoPackage(importPath: "strings")
        strings.standard = true
        #expect(packages[0] == strings)
        #expect(packages[1].error == "package nonesuch is not in std")

        #expect(packages[2].module?.replace == .init(path: "./words", dir: "/w/words"))
        #expect(packages[2].module?.version == "v1.0.0")
        #expect(packages[2].depOnly)

        let lib = packages[3]
        #expect(lib.files == [.go: ["lib.go", "z.go"], .cgo: ["c.go"], .embed: ["t/ä.txt"], .xTestGo: ["x_test.go"]])
        #expect(lib.files(of: GoPackage.FileList.build) == ["lib.go", "z.go", "c.go", "t/ä.txt"])
        #expect(lib.cgoFiles == ["c.go"])
        #expect(lib.module?.main == true)
        #expect(lib.importMap == ["words": "example.com/words"])

        #expect(packages[4].depsErrors == ["no such thing"])
        #expect(packages[4].incomplete)
        #expect(packages[5].error == "no such thing")
        #expect(packages[5].errorPosition == "main.go:3:8")
    }

    @Test func aPackageThatWasNotFoundMakesTheListIncomplete() throws {
        var packages = try parseGoList(Array(output.utf8))
        #expect(!isComplete(packages))
        packages.removeLast()
        #expect(!isComplete(packages), "an import that looks like the standard library's is missing too")
        packages.remove(at: 1)
        #expect(isComplete(packages))
        #expect(isComplete([]))
    }

    @Test func packagesSurviveBeingStored() throws {
        let packages = try parseGoList(Array(output.utf8))
        let stored = try JSONEncoder().encode(packages)
        #expect(try JSONDecoder().decode([GoPackage].self, from: stored) == packages)
    }

    @Test(arguments: [
        "{", "{\"ImportPath\": 1}", "{}", "warning: x\n{\"ImportPath\": \"a\"}", "{\"ImportPath\":\"a\"} tail", "}",
    ])
    func whatIsNoListingIsAnError(text: String) {
        #expect { try parseGoList(Array(text.utf8)) } throws: {
            ($0 as? GoError)?.operation == "read the answer of go list"
        }
    }

    @Test func nothingIsNoPackage() throws {
        #expect(try parseGoList([]) == [])
        #expect(try parseGoList(Array(" \n".utf8)) == [])
    }
}
