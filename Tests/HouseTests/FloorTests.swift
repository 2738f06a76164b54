/// The floor table of docs/architecture.md, Package.swift and the import lines say the same; imports go strictly down.
import Testing

@Suite("Floors")
struct FloorTests {
    @Test("The table has every room of Sources, once, and no other")
    func tableIsComplete() {
        #expect(Floor.table.map(\.room).sorted() == Repository.rooms)
    }

    @Test("A room imports only from floors below its own", arguments: Floor.table)
    func importsGoDown(_ floor: Floor) {
        for name in floor.rooms {
            let other = Floor.table.first { $0.room == name }
            #expect(other != nil, "\(floor.room) imports \(name), which is no room")
            if let other { #expect(other.number < floor.number, "\(floor.room) and \(name)") }
        }
    }

    @Test("A room's files import what its line says, and nothing else", arguments: Floor.table)
    func importsAreDeclared(_ floor: Floor) throws {
        let allowed = floor.rooms.union(floor.outside)
        var used: Set<String> = []
        for file in Repository.swiftFiles where file.hasPrefix("Sources/\(floor.room)/") {
            for (module, line) in try Repository.imports(of: file) {
                let name = libraryNames[module] ?? module
                used.insert(name)
                #expect(allowed.contains(name), "\(file):\(line): import \(module)")
            }
        }
        #expect(allowed.subtracting(used).isEmpty, "\(floor.room) may import these, and does not")
    }

    @Test("Package.swift gives a room what its line says", arguments: Floor.table)
    func packageAgrees(_ floor: Floor) throws {
        let declared = try #require(try packageDependencies()[floor.room], "no target \(floor.room) in Package.swift")
        #expect(declared == floor.rooms.union(floor.outside).subtracting(partOfTheToolchain))
    }

    @Test(
        "What is dangerous is behind one door",
        arguments: [
            ("Subprocess", "Sources/Processes/"), ("CLibGit2", "Sources/Git/"), ("CLibYAML", "Sources/YAML/"),
            ("CZstd", "Sources/Archive/Zstandard.swift"), ("CZlib", "Sources/Deflate/Zlib.swift"), ("CCurl", "Sources/Registry/HTTPClient.swift"),
            ("CSandbox", "Sources/Processes/"),
            ("Crypto", "Sources/Action/Digest.swift Sources/Attest/Keys.swift"), ("ArgumentParser", "Sources/CLI/"),
        ])
    func oneDoor(_ module: String, _ place: String) throws {
        let importers = try Repository.swiftFiles.filter { file in
            try Repository.imports(of: file).contains { $0.module == module }
        }
        #expect(!importers.isEmpty)
        let doors = place.split(separator: " ")
        #expect(importers.filter { file in !doors.contains { file.hasPrefix($0) } } == [])
    }

    @Test("Full Foundation is imported nowhere, FoundationEssentials where JSON is read or written")
    func noFoundation() throws {
        var essentials: [String] = []
        for file in Repository.swiftFiles {
            for (module, line) in try Repository.imports(of: file) {
                #expect(module != "Foundation", "\(file):\(line)")
                guard module == "FoundationEssentials" else { continue }
                essentials.append(file)
                let uses = try ["JSONDecoder", "JSONEncoder"].flatMap { try Repository.lines(of: file, saying: $0) }
                #expect(!uses.isEmpty, "\(file):\(line)")
            }
        }
        #expect(!essentials.isEmpty)
    }

    @Test(
        "A call of the system's that decides much is made in one place",
        arguments: [
            ("environ", "Sources/CLI/Workspace.swift"), ("getenv", "Sources/CLI/Workspace.swift"),
            ("posix_spawn", "Sources/Processes/ProcessGroups.swift"), ("STDOUT_FILENO", "Sources/Report/OutputSink.swift"),
        ])
    func onePlace(_ name: String, _ place: String) throws {
        for file in Repository.swiftFiles where file != place {
            for line in try Repository.lines(of: file, saying: name) { Issue.record("\(file):\(line.number): \(line.text)") }
        }
    }
}

/// One line of the floor table.
struct Floor: Sendable, CustomTestStringConvertible {
    var number: Int
    var room: String
    /// Other rooms it imports.
    var rooms: Set<String>
    /// Modules of others it imports; `libc` is Glibc, Musl or Darwin.
    var outside: Set<String>

    var testDescription: String { room }

    static let table: [Floor] = {
        guard let document = try? Repository.text("docs/architecture.md") else { return [] }
        return HouseTests.table(headed: "floor", in: document).compactMap { cells in
            guard cells.count >= 4, let number = Int(cells[0]) else { return nil }
            return Floor(number: number, room: cells[1], rooms: names(cells[2]), outside: names(cells[3]))
        }
    }()

    private static func names(_ cell: String) -> Set<String> {
        Set(cell.split(separator: ",").map { String($0.trimmingPrefix(" ")) }).subtracting(["–"])
    }
}

private let libraryNames = ["Glibc": "libc", "Musl": "libc", "Darwin": "libc"]
private let partOfTheToolchain: Set<String> = ["libc", "FoundationEssentials", "Dispatch", "Synchronization"]

/// What Package.swift says each target may import, by target.
private func packageDependencies() throws -> [String: Set<String>] {
    let text = try Repository.text("Package.swift")
    var products: [String: String] = [:]
    for match in text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/) {
        products[String(match.1)] = String(match.2)
    }
    var targets: [String: Set<String>] = [:]
    for match in text.matches(of: /\.(?:target|executableTarget)\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/) {
        let words = (match.2 ?? "").split { $0 == "," || $0.isWhitespace }
        targets[String(match.1)] = Set(
            words.map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : products[String($0)] ?? String($0) })
    }
    return targets
}
