/// The rule that the binary in an image needs nothing but the kernel.
import Diagnostics
import Scripts

extension PolicyRule {
    static let shippedBinariesMustBeStatic = PolicyRule(
        "dynamic-binary-in-image", "The binary in an image must be static", .warning,
        page: RulePage(
            what: """
                `go build` or `go install` in a stage that the final stage copies from, without CGO_ENABLED=0 and without \
                `-extldflags -static`. Where the Dockerfile does not show the build (`make build`), or the build image has no C \
                compiler (`golang:alpine` without gcc), nothing is said.
                """,
            why: """
                With cgo the binary is linked to the C library of the build image. On scratch, distroless static or Alpine it does not \
                start, or it starts with another libc than it was made for.
                """,
            bad: "RUN go build -o /server ./cmd/server", good: "RUN CGO_ENABLED=0 go build -o /server ./cmd/server",
            language: "dockerfile", fix: "`CGO_ENABLED=0` is put before the command.")
    ) { world, findings in
        for image in world.shippedImages where !image.isToolbox {
            let stages = Set(image.sources.map(\.index)).subtracting(image.chain.map(\.index))
            for command in image.file.commands {
                guard case .dockerRun(let stage) = command.context, stages.contains(stage), let go = GoInvocation(command),
                    ["build", "install"].contains(go.verb), !go.isStatic, go.flag("buildmode") == nil
                else { continue }
                // A tool of the build is not what is shipped.
                if go.verb == "install", go.targetWords.contains(where: { PackageReference($0.text).version != .missing }) { continue }
                let cgo = go.variable("CGO_ENABLED")
                // Without a C compiler the go command turns cgo off by itself.
                if cgo == nil, image.hasNoCompiler(stage) { continue }
                if let cgo, !cgo.isLiteral { continue }
                let isAsked = cgo?.text == "1"
                let start = command.words[0].range.start
                findings.add(
                    isAsked ? "CGO_ENABLED=1 links the shipped binary to a C library" : "without CGO_ENABLED=0 the shipped binary may need a C library",
                    at: SourceRange(start, command.words[1].range.end), in: image.file.source,
                    help: isAsked ? "build with CGO_ENABLED=0, or link with `-ldflags '-extldflags -static'`" : "write `CGO_ENABLED=0 go \(go.verb) …`",
                    fix: isAsked || !command.wrappers.isEmpty || image.file.source.text(in: command.words[0].range) != command.words[0].text
                        ? nil
                        : Fix(
                            "build with CGO_ENABLED=0",
                            [TextEdit(file: image.file.file, range: SourceRange(start, start), replacement: "CGO_ENABLED=0 ")]))
            }
        }
    }
}

extension GoInvocation {
    fileprivate var isStatic: Bool {
        if variable("CGO_ENABLED")?.text == "0" { return true }
        // GOOS=windows and the like have no libc of this kind; cross builds have cgo off unless it is asked for.
        if hasUnknownWords { return true }
        if let tags = flag("tags")?.value, tags.contains("netgo"), tags.contains("osusergo") { return true }
        return flag("ldflags")?.value.map { $0.contains("static") || $0.contains("$") } ?? false
    }
}

extension ShippedImage {
    /// Alpine's Go images have none unless it is installed.
    fileprivate func hasNoCompiler(_ index: Int) -> Bool {
        var stage = dockerfile.stages[index]
        var indices = [index]
        while let base = stage.baseStage {
            stage = dockerfile.stages[base]
            indices.append(base)
        }
        let image = ImageName(stage.base.text)
        guard isGoImage(stage.base.text), image.tag?.contains("alpine") ?? false else { return false }
        let compilers: Set<String> = ["gcc", "g++", "clang", "build-base", "alpine-sdk", "musl-dev"]
        return !file.commands.contains { command in
            guard case .dockerRun(let stage) = command.context, indices.contains(stage) else { return false }
            return command.words.contains { compilers.contains($0.text) }
        }
    }
}
