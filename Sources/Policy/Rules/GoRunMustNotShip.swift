/// The rule against `go run` as what a container or a deployment starts.
import Diagnostics
import Scripts

extension PolicyRule {
    static let goRunMustNotShip = PolicyRule(
        "go-run-in-production", "A deployed artifact must start a binary, never `go run`", .error,
        page: RulePage(
            what: """
                `go run` in the CMD, ENTRYPOINT or HEALTHCHECK of an image, in exec or shell form, through `sh -c`, through a script \
                that the image runs, or in the `command:` of a Kubernetes manifest or a compose file. Files whose name says that they \
                are for a desk or a test (`Dockerfile.dev`, `compose.override.yml`, `test/…`) are left alone.
                """,
            why: """
                The image ships the compiler and the source, compiles on every start, starts slowly, and is a larger target. \
                `go run` also stands between the program and its signals, and turns its exit code into 1.
                """,
            bad: """
                FROM golang:1.27
                COPY . .
                CMD ["go", "run", "."]
                """,
            good: """
                FROM golang:1.27 AS build
                COPY . .
                RUN CGO_ENABLED=0 go build -trimpath -o /server ./cmd/server

                FROM scratch
                COPY --from=build /server /server
                USER 65532:65532
                ENTRYPOINT ["/server"]
                """,
            language: "dockerfile")
    ) { world, findings in
        for image in world.shippedImages {
            for entry in image.entries {
                for reached in image.commands(of: entry).flatMap({ world.reached(from: $0, in: image) }) {
                    findings.add(reached, startedBy: "\(entry.keyword) of the image", .error)
                }
            }
        }
        for file in world.files where !isForDevelopment(file.file) {
            for command in file.commands {
                let place: (who: String, severity: Diagnostic.Severity)
                switch command.context {
                case .kubernetesCommand(let container): place = ("container \(container)", .error)
                // Compose serves desks as well as servers.
                case .composeCommand(let service): place = ("service \(service)", .warning)
                default: continue
                }
                for reached in world.reached(from: command, in: file.source, places: [folderPath(of: file.file), "."]) {
                    findings.add(reached, startedBy: place.who, place.severity)
                }
            }
        }
    }
}

extension RuleFindings {
    fileprivate mutating func add(_ reached: PolicyWorld.Reached, startedBy who: String, _ severity: Diagnostic.Severity) {
        guard let go = GoInvocation(reached.command), go.verb == "run" else { return }
        let notes = reached.way.first.map { first in
            [Diagnostic.Note("\(who) leads here", file: first.source.file, range: first.command.range)]
        }
        add(
            "`go run` is what the \(who) starts", at: reached.command.range, in: reached.source, severity: severity, notes: notes ?? [],
            help: "build the binary in an earlier stage and start that; `pipeline dockerfile` writes such a file")
    }
}
