/// Texts with places in them: made by interpolation, resolved by a machine, spelt for keys.
import Action
import Testing

@Suite struct SymbolicTextTests {
    @Test func interpolationKeepsPlacesAndJoinsTexts() {
        let file = "server"
        let text: SymbolicText = "-o=\(.output)/\(file)"
        #expect(text.parts == [.text("-o="), .place(.output), .text("/"), .text("server")])
        let nested: SymbolicText = "\(text):\(.root)"
        #expect(nested.places == [.output, .root])
        #expect((text + nested).places == [.output, .output, .root])
    }

    @Test func emptyTextHasNoParts() {
        #expect(SymbolicText("").parts == [])
        #expect(("" as SymbolicText).parts == [])
        #expect("\("")" as SymbolicText == "")
        #expect(SymbolicText("").description == "")
    }

    @Test func resolvingAsksForEveryPlace() {
        let text: SymbolicText = "\(.toolchain)/go build -C \(.root) \(.product("build:a", named: "a"))"
        let resolved = text.resolved { place in
            switch place {
            case .toolchain: "/go/bin"
            case .root: "/src"
            case .product(let action, let name): "/store/\(action.text.count)/\(name)"
            default: "?"
            }
        }
        #expect(resolved == "/go/bin/go build -C /src /store/7/a")
    }

    @Test func whatAMachineCannotNameIsThrown() {
        struct Unknown: Error {}
        let text: SymbolicText = "\(.home)"
        #expect(throws: Unknown.self) { try text.resolved { _ in throw Unknown() } }
    }

    static let everyPlace: [(SymbolicText.Place, String)] = [
        (.root, "${root}"), (.output, "${output}"), (.toolchain, "${toolchain}"), (.goRoot, "${goroot}"),
        (.repository, "${repository}"), (.moduleCache, "${module-cache}"), (.home, "${home}"),
        (.buildCache(family: "go1.27.3-linux-amd64-0123"), "${build-cache/go1.27.3-linux-amd64-0123}"),
        (.product("build:server:linux/amd64", named: "server"), "${build:server:linux/amd64/server}"),
        (.folder("tool:lint", named: "lint"), "${tool:lint/lint/..}"),
        (.port(service: "db"), "${service.db.port}"),
    ]

    @Test(arguments: everyPlace)
    func everyPlaceHasAName(place: SymbolicText.Place, spelling: String) {
        #expect(SymbolicText(place).description == spelling)
    }

    @Test func noTwoPlacesShareAName() {
        #expect(Set(Self.everyPlace.map(\.1)).count == Self.everyPlace.count)
    }

    /// A user writes `$${root}` for a text that only looks like a place; it must not have the place's key.
    @Test func aTextThatLooksLikeAPlaceIsNotSpeltLikeOne() {
        #expect(SymbolicText("${root}").description == "$${root}")
        #expect(SymbolicText("$5").description == "$$5")
        let tricky: SymbolicText = "$\(.root)"
        #expect(tricky.description == "$$${root}")
        #expect(tricky.resolved { _ in "/r" } == "$/r")
    }
}
