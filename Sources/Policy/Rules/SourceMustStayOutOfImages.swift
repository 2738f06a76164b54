/// The rule against an image that holds the program's source.
import Diagnostics
import Scripts

extension PolicyRule {
    static let sourceMustStayOutOfImages = PolicyRule(
        "source-in-image", "The final stage must not hold the source", .warning,
        page: RulePage(
            what: """
                `COPY . …` of the build context, or of Go files and go.mod, into the final stage of a Dockerfile that builds a Go \
                program in an earlier stage.
                """,
            why: "Source in an image is for readers that were not invited, and every change of any file makes another image.",
            bad: """
                FROM golang:1.27 AS build
                COPY . /src
                RUN cd /src && CGO_ENABLED=0 go build -o /server ./cmd/server

                FROM gcr.io/distroless/static:nonroot
                COPY . /src
                COPY --from=build /server /server
                ENTRYPOINT ["/server"]
                """,
            good: """
                FROM golang:1.27 AS build
                COPY . /src
                RUN cd /src && CGO_ENABLED=0 go build -o /server ./cmd/server

                FROM gcr.io/distroless/static:nonroot
                COPY --from=build /server /server
                ENTRYPOINT ["/server"]
                """,
            language: "dockerfile")
    ) { world, findings in
        // On a Go image the other rule speaks.
        for image in world.shippedImages where image.isGo && !image.isToolbox && !isGoImage(image.base.text) {
            for copy in image.instructions where ["COPY", "ADD"].contains(copy.keyword) && copy.flag("from") == nil {
                for word in copy.words.dropLast() where world.isSource(word.text, image) {
                    findings.add(
                        "`\(copy.keyword) \(word.text)` puts the source into the final stage", at: word.range, in: image.file.source,
                        help: "copy what the program needs at run time by name, and the binary with `COPY --from=`")
                }
            }
        }
    }
}

extension PolicyWorld {
    fileprivate func isSource(_ path: String, _ image: ShippedImage) -> Bool {
        if path.hasSuffix(".go") || ["go.mod", "go.sum", "go.work", "./go.mod", "./go.sum"].contains(path) { return true }
        guard ["", ".", "./", "/"].contains(path) else { return false }
        // The context is the Dockerfile's folder or the root; in both there has to be a module.
        return [folderPath(of: image.file.file), "."].contains { paths.contains(joined($0, "go.mod") ?? "") }
    }
}
