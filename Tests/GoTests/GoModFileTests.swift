import Diagnostics
import Go
import Testing

@Suite struct GoModFileTests {
    private let whole = SourceText(
        file: "go.mod",
        text: """
            // The service.
            //
            // Deprecated: use example.com/greeter/v2
            // instead.
            module example.com/greeter // here

            go 1.24.0
            toolchain go1.27.3
            godebug default=go1.21

            require (
            \texample.com/words v1.2.0
            \texample.com/far v0.3.1 // indirect
            \t"example.com/quoted" v2.0.0+incompatible // indirect; and more
            \tgopkg.in/yaml.v3 v3.0.1// tight
            )
            require example.com/é/v2 v2.1

            replace (
            \texample.com/words => ./third_party/words
            \texample.com/far v0.3.1 => example.com/near v0.3.2
            )
            exclude example.com/far v0.3.0
            // Broken by accident.
            retract (
            \tv1.0.0
            \t// Never worked.
            \t[v1.1.0, v1.1.9] // on Plan 9

            \tv1.2.0
            )
            tool example.com/greeter/internal/gen
            tool (
            )
            ignore ./node_modules

            """)

    @Test func everyDirectiveIsRead() {
        let (file, diagnostics) = GoModFile.parse(whole)
        #expect(described(diagnostics) == "")
        #expect(file.module?.value == "example.com/greeter")
        #expect(file.deprecation == "use example.com/greeter/v2\ninstead.\nhere")
        #expect(file.goVersion?.value == "1.24.0")
        #expect(file.toolchain?.value == "go1.27.3")
        #expect(file.godebug.map { "\($0.key)=\($0.value)" } == ["default=go1.21"])
        #expect(
            file.requires.map { "\($0.path) \($0.version) \($0.isIndirect)" } == [
                "example.com/words v1.2.0 false", "example.com/far v0.3.1 true",
                "example.com/quoted v2.0.0+incompatible true", "gopkg.in/yaml.v3 v3.0.1 false",
                "example.com/é/v2 v2.1.0 false",
            ])
        #expect(
            file.replaces.map {
                [$0.oldPath, $0.oldVersion ?? "*", $0.newPath, $0.newVersion ?? "-", "\($0.isLocal)"]
            } == [
                ["example.com/words", "*", "./third_party/words", "-", "true"],
                ["example.com/far", "v0.3.1", "example.com/near", "v0.3.2", "false"],
            ])
        #expect(file.excludes.map(\.value) == [ModuleVersion(path: "example.com/far", version: "v0.3.0")])
        #expect(
            file.retracts.map { [$0.low, $0.high, $0.rationale] } == [
                ["v1.0.0", "v1.0.0", "Broken by accident."],
                ["v1.1.0", "v1.1.9", "Never worked.\non Plan 9"],
                ["v1.2.0", "v1.2.0", ""],
            ])
        #expect(file.tools.map(\.value) == ["example.com/greeter/internal/gen"])
        #expect(file.ignores.map(\.value) == ["./node_modules"])
    }

    @Test func everyPlaceIsExact() throws {
        let file = GoModFile.parse(whole).file
        #expect(covered(try #require(file.module).range, in: whole) == "example.com/greeter")
        #expect(covered(try #require(file.goVersion).range, in: whole) == "1.24.0")
        #expect(covered(try #require(file.toolchain).range, in: whole) == "go1.27.3")
        #expect(file.requires[0].range == SourceRange(line: 12, column: 2, length: 24))
        #expect(covered(file.requires[2].range, in: whole) == "\"example.com/quoted\" v2.0.0+incompatible")
        #expect(covered(file.requires[3].range, in: whole) == "gopkg.in/yaml.v3 v3.0.1")
        #expect(covered(file.requires[4].range, in: whole) == "require example.com/é/v2 v2.1")
        #expect(covered(file.replaces[0].range, in: whole) == "example.com/words => ./third_party/words")
        #expect(covered(file.replaces[0].newPathRange, in: whole) == "./third_party/words")
        #expect(covered(file.excludes[0].range, in: whole) == "exclude example.com/far v0.3.0")
        #expect(covered(file.retracts[1].range, in: whole) == "[v1.1.0, v1.1.9]")
        #expect(covered(file.tools[0].range, in: whole) == "example.com/greeter/internal/gen")
        #expect(covered(file.ignores[0].range, in: whole) == "./node_modules")
    }

    @Test func carriageReturnsChangeNothing() {
        let windows = SourceText(file: "go.mod", text: whole.text.replacing("\n", with: "\r\n"))
        let (file, diagnostics) = GoModFile.parse(windows)
        let (expected, _) = GoModFile.parse(whole)
        #expect(diagnostics.isEmpty)
        #expect(file.requires == expected.requires)
        #expect(file.retracts == expected.retracts)
        #expect(file.module == expected.module)
    }

    @Test func allMistakesAreToldAtOnce() {
        let source = SourceText(
            file: "sub/go.mod",
            text: """
                module example.com/a
                go 1.24.x
                toolchain 1.27.3
                requier example.com/b v1.0.0
                require (
                \texample.com/c master
                \texample.com/d v2.0.0
                \texample.com/e
                )
                go 1.25

                """)
        #expect(
            described(GoModFile.parse(source).diagnostics) == """
                sub/go.mod:2:4: error: "1.24.x" is not a Go version [go/mod-bad-version]
                  go 1.24.x
                     ^^^^^^
                  help: versions look like 1.24, 1.24.3 or 1.25rc1
                sub/go.mod:3:11: error: "1.27.3" is not the name of a toolchain [go/mod-bad-version]
                  toolchain 1.27.3
                            ^^^^^^
                  help: did you mean "go1.27.3"?
                sub/go.mod:4:1: error: unknown directive "requier" [go/mod-unknown-directive]
                  requier example.com/b v1.0.0
                  ^^^^^^^
                  help: did you mean "require"?
                sub/go.mod:6:16: error: "master" is not a semantic version [go/mod-bad-version]
                   example.com/c master
                                 ^^^^^^
                  help: versions look like v1.2.3; `go get MODULE@master` writes the one that a branch stands for
                sub/go.mod:7:16: error: example.com/d has versions v0 or v1, and this is v2 [go/mod-bad-version]
                   example.com/d v2.0.0
                                 ^^^^^^
                  help: its v2 has the path example.com/d/v2
                sub/go.mod:8:2: error: malformed "require" [go/mod-syntax]
                   example.com/e
                   ^^^^^^^^^^^^^
                  help: write it as: require example.com/module v1.2.3
                sub/go.mod:10:1: error: a second "go" [go/mod-duplicate-directive]
                  go 1.25
                  ^^^^^^^
                  note: the first is here (line 2)
                  help: keep one of them
                """)
    }

    /// One mistake each, below a correct `module` line.
    @Test(arguments: [
        ("module \"example.com/b\"", "2:1 duplicate-directive: a second \"module\""),
        ("require (\n\tx v1.0.0", "2:1 syntax: the block of \"require\" is never closed"),
        ("go (\n1.24\n)", "2:1 syntax: \"go\" has no block form"),
        ("requires (\nx v1.0.0\n)", "2:1 unknown-directive: unknown directive \"requires\""),
        (
            "require x (\nx v1.0.0\n)",
            "2:9 syntax: nothing stands between \"require\" and the parenthesis that opens its block"
        ),
        ("require (\n) x", "3:3 syntax: a closing parenthesis stands alone on its line"),
        (")", "2:1 unknown-directive: unknown directive \")\""),
        ("require x v1.0.0 /* why */", "2:18 syntax: comments begin with //, not with /*"),
        ("require \"x v1.0.0", "2:9 syntax: a string ends on the line it begins on"),
        ("require \"x\\q\" v1.0.0", "2:9 syntax: \"x\\q\" is not a Go string"),
        ("require `x` v1.0.0", "2:9 syntax: only double quotes can quote, around the whole word"),
        ("require x\u{0} v1.0.0", "2:10 syntax: unexpected character U+0000"),
        ("require x/v1 v1.0.0", "2:14 bad-path: no module can have the path \"x/v1\""),
        ("require gopkg.in/x v1.0.0", "2:20 bad-path: no module can have the path \"gopkg.in/x\""),
        ("require x/v2 v1.0.0", "2:14 bad-version: x/v2 has versions v2, and this is v1"),
        ("exclude x latest", "2:11 bad-version: \"latest\" is not a semantic version"),
        ("replace x => y", "2:14 bad-replace: \"y\" is neither a module with a version nor a folder"),
        ("replace x => y@v1.0.0", "2:14 bad-replace: \"y@v1.0.0\" is neither a module with a version nor a folder"),
        ("replace x => ./y v1.0.0", "2:18 bad-replace: a folder has no version"),
        ("replace x => .\\y", "2:14 bad-replace: \".\\y\" is a Windows path"),
        ("replace x ./y", "2:1 syntax: malformed \"replace\""),
        ("replace x => ./y\nreplace x => ./z", "3:1 duplicate-replace: a second, different replacement of x"),
        ("retract [v1.0.0 v1.1.0]", "2:1 syntax: malformed \"retract\""),
        ("retract one", "2:9 bad-version: \"one\" is not a semantic version"),
        ("tool", "2:1 syntax: malformed \"tool\""),
        ("ignore a b", "2:1 syntax: malformed \"ignore\""),
        ("godebug default", "2:1 syntax: malformed \"godebug\""),
        ("<<<<<<< HEAD", "2:1 syntax: an unresolved merge conflict"),
        ("use ./x", "2:1 unknown-directive: unknown directive \"use\""),
    ])
    func aMistakeIsToldWhereItIs(text: String, expected: String) {
        let source = SourceText(file: "go.mod", text: "module example.com/a\n\(text)\n")
        let told = GoModFile.parse(source).diagnostics.map {
            "\($0.range!.start.line):\($0.range!.start.column) \($0.id.dropFirst("go/mod-".count)): \($0.message)"
        }
        #expect(told == [expected])
    }

    @Test func aFileWithoutAModuleIsAnError() {
        let diagnostics = GoModFile.parse(SourceText(file: "go.mod", text: "go 1.24\n")).diagnostics
        #expect(
            described(diagnostics) == """
                go.mod:1:1: error: go.mod does not name its module [go/mod-no-module]
                  go 1.24
                  ^
                  help: begin it with: module example.com/name
                """)
    }

    @Test func aMistakeHidesNothingElse() {
        let source = SourceText(file: "go.mod", text: "module a\nrequire (\n\tx oops\n\ty v1.0.0\n)\ntool \"z\n")
        let (file, diagnostics) = GoModFile.parse(source)
        #expect(file.requires.map(\.path) == ["y"])
        #expect(diagnostics.map(\.id) == ["go/mod-bad-version", "go/mod-syntax"])
    }
}
