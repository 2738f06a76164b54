/// The rule against an image that holds the Go toolchain.
import Diagnostics
import Scripts

extension PolicyRule {
    static let toolchainMustStayOutOfImages = PolicyRule(
        "toolchain-in-image", "The final stage must not hold the Go toolchain", .error,
        page: RulePage(
            what: """
                A final stage that is built on a Go image, copies a GOROOT from another stage, or installs Go with the package manager, \
                and has something to run. An image that starts a shell, make or another verb of `go` is a toolbox and left alone.
                """,
            why: "The compiler makes the image large and gives whoever gets in all they need to build more. A static binary needs none of it.",
            bad: """
                FROM golang:1.27
                COPY . .
                RUN go build -o /server ./cmd/server
                CMD ["/server"]
                """,
            good: """
                FROM golang:1.27 AS build
                COPY . .
                RUN CGO_ENABLED=0 go build -o /server ./cmd/server

                FROM scratch
                COPY --from=build /server /server
                USER 65532:65532
                ENTRYPOINT ["/server"]
                """,
            language: "dockerfile")
    ) { world, findings in
        for image in world.shippedImages where !image.isToolbox {
            let help = "build in one stage, and copy only the binary into a second one on `scratch` or a distroless image"
            if isGoImage(image.base.text) {
                findings.add("the final stage is built on the Go image `\(image.base.text)`", at: image.base.range, in: image.file.source, help: help)
                continue
            }
            for instruction in image.instructions where instruction.keyword == "COPY" && instruction.flag("from") != nil {
                for word in instruction.words.dropLast() where ["/usr/local/go", "/usr/lib/go"].contains(word.text.trimmingSlash) {
                    findings.add("a GOROOT is copied into the final stage", at: word.range, in: image.file.source, help: help)
                }
            }
            for command in image.file.commands {
                guard case .dockerRun(let stage) = command.context, image.chain.contains(where: { $0.index == stage }) else { continue }
                if let word = goPackage(in: command) {
                    findings.add("`\(word.text)` installs the Go toolchain in the final stage", at: word.range, in: image.file.source, help: help)
                }
            }
        }
    }
}

/// The word of `apk add go`, `apt-get install golang-go` and the like that names the toolchain.
private func goPackage(in command: ScriptCommand) -> ScriptWord? {
    guard let program = command.words.first else { return nil }
    let verbs = ["apk": "add", "apt": "install", "apt-get": "install", "dnf": "install", "yum": "install", "microdnf": "install"]
    guard let verb = verbs[fileName(of: program.text)], command.words.contains(where: { $0.text == verb }) else { return nil }
    return command.words.dropFirst(2).first { word in
        let name = word.text.prefix { $0 != "=" && $0 != "~" }
        return name == "go" || name == "golang" || name == "golang-go" || name.hasPrefix("golang-1.") || name.hasPrefix("go-1.")
    }
}

extension String {
    fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
