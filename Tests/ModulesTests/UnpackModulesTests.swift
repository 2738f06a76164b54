/// What is unpacked here is what the go command would have made of the zip, or nothing at all.
import Files
import Go
import Modules
import Processes
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: RealGo.isWanted, RealGo.absence), .timeLimit(.minutes(10)))
struct UnpackModulesTests {
    @Test(arguments: ["stored", "deflated"])
    func asTheGoCommandDoesIt(_ kind: String) async throws {
        let desk = try await Unpacked()
        chmod(desk.folder, 0o555)
        let (files, zipHash) = (try listing(desk.folder), try #require(readText("\(desk.zip)hash")))
        removeTree(desk.folder)
        unlink("\(desk.zip)hash")
        try await desk.pack(kind)

        #expect(desk.unpack() == [desk.module])
        #expect(try listing(desk.folder) == files)
        #expect(readText("\(desk.zip)hash") == zipHash)
        #expect(names(in: "\(desk.desk.path)/store")?.sorted() == ["modules"])
        // Known from the beginning, and right by a look at every file.
        #expect(desk.verify().right == [desk.module])
        removeTree("\(desk.desk.path)/store/modules")
        #expect(desk.verify().right == [desk.module])
        for command in [["mod", "verify"], ["mod", "download"], ["build", "-o", "/dev/null", "."]] {
            let said = try await desk.go(command)
            #expect(said.exit == .code(0), "\(command): \(String(decoding: said.standardError, as: UTF8.self))")
        }
        // There is nothing left to do.
        #expect(desk.unpack().isEmpty)
    }

    @Test(arguments: ["changed", "added", "outside", "folder", "twice", "cases", "foreign", "checksum", "size", "cut", "empty"])
    func whatIsNotInGoSumIsLeftToTheGoCommand(_ kind: String) async throws {
        let desk = try await Unpacked()
        removeTree(desk.folder)
        unlink("\(desk.zip)hash")
        try await desk.pack(kind)
        #expect(desk.unpack().isEmpty)
        #expect(fileStatus(desk.folder) == nil && fileStatus("\(desk.zip)hash") == nil)
        #expect(names(in: "\(desk.desk.path)/store") ?? [] == [])
        let said = try await desk.go(["mod", "download"])
        #expect(said.exit != .code(0), "\(kind)")
    }

    @Test func whatSomebodyIsAtIsLeftAlone() async throws {
        let desk = try await Unpacked()
        removeTree(desk.folder)
        desk.desk.write("modules/cache/download/example.com/wordlist/@v/v1.2.0.partial", "")
        #expect(desk.unpack().isEmpty)
        #expect(fileStatus(desk.folder) == nil)
    }

    /// Names, modes and contents.
    private func listing(_ folder: String) throws -> [String] {
        var status = stat()
        return try (filesBelow(folder).sorted().map { "\(folder)/\($0)" } + [folder]).map { path in
            try #require(lstat(path, &status) == 0)
            return "\(path) \(String(status.st_mode, radix: 8)) \((try? readFile(path)) ?? [])"
        }
    }
}

extension Unpacked {
    func unpack() -> Set<ModuleVersion> {
        try? makeFolder("\(desk.path)/store")
        return unpackModules(expected, in: cache, temporary: "\(desk.path)/store", known: known)
    }

    func go(_ arguments: [String]) async throws -> CapturedOutput {
        switch arguments.count {
        case 2: try await go(arguments[0], arguments[1])
        default: try await go(arguments[0], arguments[1], arguments[2], arguments[3])
        }
    }

    /// Packs the module's zip anew.
    func pack(_ kind: String) async throws {
        let script = """
            import struct, sys, zipfile
            path, kind = sys.argv[1:]
            with zipfile.ZipFile(path) as old:
                files = [(name, old.read(name)) for name in sorted(old.namelist())]
            prefix = "example.com/wordlist@v1.2.0/"
            if kind == "changed": files[-1] = (files[-1][0], files[-1][1] + b"// more\\n")
            if kind == "added": files.append((prefix + "more.go", b"package wordlist\\n"))
            if kind == "outside": files.append((prefix + "../../escaped", b"x"))
            if kind == "folder": files.append((prefix + "made/../", b""))
            if kind == "twice": files.append((files[0][0], b"x"))
            if kind == "cases": files.append((files[0][0].upper().replace(prefix.upper(), prefix), files[0][1]))
            if kind == "foreign": files.append(("example.com/other@v1.0.0/file", b"x"))
            if kind == "empty": files = []
            way = zipfile.ZIP_STORED if kind == "stored" else zipfile.ZIP_DEFLATED
            with zipfile.ZipFile(path, "w", way) as new:
                for name, content in files: new.writestr(name, content)
            whole = bytearray(open(path, "rb").read())
            entry = whole.find(b"PK\\1\\2")
            if kind == "size": whole[entry + 24:entry + 28] = struct.pack("<I", 1 << 20)
            if kind == "checksum": whole[40 + struct.unpack("<H", whole[26:28])[0]] ^= 255
            open(path, "wb").write(whole[:len(whole) // 2] if kind == "cut" else whole)
            """
        let packed = try await capture(
            Command(
                executable: "/usr/bin/env", arguments: ["python3", "-W", "ignore", "-c", script, zip, kind],
                environment: ["PATH": environmentValue("PATH") ?? "/usr/bin:/bin"], directory: desk.path))
        try #require(packed.exit == .code(0), "\(String(decoding: packed.standardError, as: UTF8.self))")
    }
}
