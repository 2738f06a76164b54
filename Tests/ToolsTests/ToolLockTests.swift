/// The lock file: written the same whatever came first, read back as it was, and every mistake at its place.
import Diagnostics
import Testing
import Tools

@Suite struct ToolLockTests {
    private let goMod = """
        module pinned

        go 1.24.0

        require example.com/shout v1.2.0

        require example.com/upper v0.3.0 // indirect

        """
    private let hash = "h1:" + String(repeating: "A", count: 43) + "="
    private let other = "h1:" + String(repeating: "B", count: 43) + "="

    private var goSum: String {
        """
        example.com/upper v0.3.0 \(other)
        example.com/upper v0.3.0/go.mod \(other)
        example.com/shout v1.2.0 \(hash)
        example.com/shout v1.2.0/go.mod \(other)

        """
    }

    private var shout: LockedTool? {
        LockedTool(package: "example.com/shout/cmd/shout", version: "v1.2.0", goMod: goMod, goSum: goSum)
    }

    private var text: String {
        """
        # What the tools of the pipeline file are built from. Made by `pipeline tool`: commit it, do not edit it.

        tool example.com/shout/cmd/shout v1.2.0
        \tmodule example.com/shout
        \tgo 1.24.0
        \trequire example.com/shout v1.2.0
        \trequire example.com/upper v0.3.0
        \tsum example.com/shout v1.2.0 \(hash)
        \tsum example.com/shout v1.2.0/go.mod \(other)
        \tsum example.com/upper v0.3.0 \(other)
        \tsum example.com/upper v0.3.0/go.mod \(other)

        """
    }

    @Test func aToolIsWrittenAndReadBack() throws {
        let tool = try #require(shout)
        #expect(tool.module == "example.com/shout" && tool.hash == hash)
        var lock = ToolLock()
        lock.put(tool)
        #expect(lock.text == text)
        let (read, mistakes) = ToolLock.parse(SourceText(file: "pipeline.lock", text: text))
        #expect(mistakes == [] && read.tools == [tool])
        #expect(read.places == ["example.com/shout/cmd/shout@v1.2.0": SourceRange(line: 3, column: 1, length: 39)])
    }

    @Test func theOrderIsThatOfTheNames() throws {
        var first = try #require(shout)
        first.package = "example.com/aardvark"
        let second = try #require(shout)
        var (one, two) = (ToolLock(), ToolLock())
        for tool in [first, second] { one.put(tool) }
        for tool in [second, first, second] { two.put(tool) }
        #expect(one.text == two.text && one.tools.count == 2)
    }

    /// The go command gets back what it said, in the order of the names.
    @Test func theModuleToBuildIn() throws {
        let module = try #require(shout).toolModule
        #expect(
            module.goMod == """
                module pinned

                go 1.24.0

                require (
                \texample.com/shout v1.2.0 // indirect
                \texample.com/upper v0.3.0 // indirect
                )

                """)
        #expect(module.goSum.split(separator: "\n").map(String.init) == goSum.split(separator: "\n").map(String.init).sorted())
        #expect(module.hash == hash)
        var changed = try #require(shout)
        changed.sums[2] = changed.sums[2].replacing("BBB", with: "CCC")
        #expect(changed.toolModule.name != module.name)
    }

    /// A newer one that a dependency asks for is not the one that was pinned.
    @Test func anotherVersionIsNoLock() {
        #expect(LockedTool(package: "example.com/shout", version: "v1.1.0", goMod: goMod, goSum: goSum) == nil)
        #expect(LockedTool(package: "example.com/shouting", version: "v1.2.0", goMod: goMod, goSum: goSum) == nil)
        #expect(LockedTool(package: "example.com/shout", version: "v1.2.0", goMod: goMod, goSum: "") == nil)
    }

    @Test func programsHaveTheirBlocks() throws {
        let hash = String(repeating: "0af", count: 21) + "b"
        var lock = ToolLock()
        lock.put(try #require(shout))
        for platform in ["linux/arm64", "linux/amd64"] {
            lock.put(LockedBinary(name: "protoc", platform: platform, url: "https://x.org/\(platform)", sha256: hash))
        }
        #expect(lock.text.contains("\n\nbinary protoc linux/amd64\n\turl https://x.org/linux/amd64\n\tsha256 \(hash)\n\nbinary protoc linux/arm64\n"))
        let (read, mistakes) = ToolLock.parse(SourceText(file: "pipeline.lock", text: lock.text))
        #expect(mistakes == [] && read.text == lock.text && Set(read.binaries) == Set(lock.binaries) && read.tools == lock.tools)
        #expect(read[binary: "protoc linux/amd64 https://x.org/linux/amd64"]?.sha256 == hash)
        #expect(read[binary: "protoc linux/amd64 https://x.org/other"] == nil)
    }

    @Test func fetchedGosHaveTheirBlocks() throws {
        let hash = "h1:\(String(repeating: "A", count: 43))="
        var lock = ToolLock()
        for platform in ["linux/arm64", "linux/amd64", "linux/arm64"] {
            lock.put(LockedToolchain(release: "1.27.3", platform: platform, hash: hash))
        }
        #expect(!lock.isEmpty)
        #expect(lock.text.hasSuffix("\n\ntoolchain go1.27.3 linux/amd64\n\tsum \(hash)\n\ntoolchain go1.27.3 linux/arm64\n\tsum \(hash)\n"))
        let (read, mistakes) = ToolLock.parse(SourceText(file: "pipeline.lock", text: lock.text))
        #expect(mistakes == [] && read.text == lock.text && read.toolchain("1.27.3", "linux/arm64")?.hash == hash)
        #expect(read.toolchain("1.27.4", "linux/arm64") == nil)
    }

    @Test func namesOfLockFiles() {
        #expect(lockFile(ofPipeline: "pipeline.yaml") == "pipeline.lock")
        #expect(lockFile(ofPipeline: "pipelines/nightly.yml") == "pipelines/nightly.lock")
    }

    @Test(arguments: [
        ("<<<<<<< ours\n", 1, 1, "lock/conflict", "an unresolved merge conflict"),
        ("binary x\n", 1, 1, "lock/syntax", "this is not `binary NAME PLATFORM`"),
        ("binary x linux/amd64\n  sha256 0123\n", 2, 3, "lock/syntax", "this is not `url ADDRESS or sha256 HASH`"),
        ("toolchain 1.27.3 linux/amd64\n", 1, 1, "lock/syntax", "this is not `toolchain goVERSION PLATFORM`"),
        ("toolchain go1.27.3 linux/amd64\n  sum x\n", 2, 3, "lock/syntax", "this is not `sum h1:HASH`"),
        ("toolchain go1.27.3 linux/amd64\n", 1, 1, "lock/incomplete", "the block of go1.27.3 has no hash"),
        ("module x\n", 1, 1, "lock/syntax", "this is not `tool PACKAGE VERSION`"),
        ("tool x\n", 1, 1, "lock/syntax", "this is not `tool PACKAGE VERSION`"),
        ("tool x/y v1.0.0\n  go 1.x\n", 2, 3, "lock/syntax", "this is not `go VERSION`"),
        ("tool x/y v1.0.0\n\trequire x 1.0.0\n", 2, 2, "lock/syntax", "this is not `require MODULE VERSION`"),
        ("tool x/y v1.0.0\n\tsum x v1.0.0 h1:short\n", 2, 2, "lock/syntax", "this is not `sum MODULE VERSION h1:HASH`"),
        ("tool x/y v1.0.0\n\tmodul x\n", 2, 2, "lock/syntax", "this is not `module, go, require or sum`"),
        ("tool x/y v1.0.0\n\tmodule x\n", 1, 1, "lock/incomplete", "the block of x/y@v1.0.0 has no `go` line"),
        ("tool x/y v1.0.0\n\tmodule x\n\tgo 1.24\n", 1, 1, "lock/incomplete", "the block of x/y@v1.0.0 has no hash of its module"),
    ])
    func mistakesHavePlaces(_ text: String, _ line: Int, _ column: Int, _ id: String, _ message: String) throws {
        let mistakes = ToolLock.parse(SourceText(file: "pipeline.lock", text: text)).diagnostics
        let mistake = try #require(mistakes.first { $0.id == id }, "\(mistakes)")
        #expect(mistake.message == message && mistake.help != nil)
        #expect(mistake.range?.start == SourcePosition(line: line, column: column))
    }

    @Test func aSecondBlockOfOneTool() throws {
        let twice = text + text.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
        let mistakes = ToolLock.parse(SourceText(file: "pipeline.lock", text: twice)).diagnostics
        #expect(mistakes.map(\.message) == ["a second block for example.com/shout/cmd/shout@v1.2.0"])
        #expect(mistakes.first?.notes.first?.range?.start.line == 3)
    }
}
