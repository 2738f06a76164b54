/// Emitted Dockerfiles, built by real builders without a network: the binary is the pipeline's own, and it runs as the
/// pipeline file says.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo, .needsOlderGo, .needsRealPrograms)
    struct Images {
        /// All that an engine is asked, in one go: the standard library is compiled once, and a daemon starts once.
        private static let buildah = Task { try await work(.buildah) }
        private static let docker = Task { try await work(.docker) }

        private static func outcome(_ engine: ContainerEngine) async throws -> ContainerEngine.Outcome {
            do {
                return try await (engine == .buildah ? buildah : docker).value
            } catch {
                // In words: an expectation that failed counts for the test that has it, and for no other.
                throw Missing(description: "\(engine) was not asked: \(error)")
            }
        }

        private static func work(_ engine: ContainerEngine) async throws -> ContainerEngine.Outcome {
            guard let go = RealParts.go, let older = RealParts.olderGo else { throw Missing(description: "Go is needed") }
            let programs = ShippedProgram.built(by: engine)
            var script = "stand_in 1.27.3 '\(go)'\n"
            if programs.contains(.stringer) { script += "stand_in 1.24.11 '\(older)'\n" }
            for program in programs {
                let (name, root) = (program.rawValue, try await program.ready().desk.root)
                for (index, artifact) in program.artifacts.enumerated() {
                    let (tag, target) = index == 0 ? (name, "") : ("\(name)-\(artifact)", "--target \(artifact)")
                    script += "timed \(tag).ms build \(tag) '\(root)' --platform linux/amd64 \(target)\n"
                    script += "binary \(tag) /usr/local/bin/\(artifact) \"$WORK/binary\"\n"
                    script += "fact \(tag).sha256 \"$(sha256sum <\"$WORK/binary\" | cut -c1-64)\"\n"
                    script += "fact \(tag).bytes \"$(stat -c %s \"$WORK/binary\")\"\n"
                    script += "fact \(tag).config \"$(inspect \(tag))\"\nfact \(tag).size \"$(size \(tag))\"\n"
                }
            }
            return try await engine.run(script + (engine == .buildah ? try await buildahAlone() : try await dockerAlone()) + server)
        }

        /// Buildah 1.28 knows no BUILDPLATFORM, and takes the stand-in for an image of the target's platform.
        private static func dockerAlone() async throws -> String {
            let root = try await ShippedProgram.multiMain.ready().desk.root
            return """
                build hours-arm64 '\(root)' --platform linux/arm64
                binary hours-arm64 /usr/local/bin/hours "$WORK/binary"
                fact hours-arm64.sha256 "$(sha256sum <"$WORK/binary" | cut -c1-64)"

                """
        }

        /// Docker 20.10 takes no named build contexts.
        private static func buildahAlone() async throws -> String {
            let (multi, greeter) = (try await ShippedProgram.multiMain.ready(), try await ShippedProgram.greeter.ready())
            var script = "build tested '\(multi.desk.root)' --platform linux/amd64 --target test >\"$WORK/tested\" 2>&1\n"
            script += "fact tested \"$(grep -c '^ok.*example.com/multi/internal/clock' \"$WORK/tested\")\"\n"
            script += "fact greeter.files \"$(files greeter)\"\nfact multi-main.files \"$(files multi-main)\"\n"
            for (name, ready) in [("greeter", greeter), ("multi-main", multi)] {
                script += "cp '\(ready.desk.root)/Dockerfile.prebuilt' '\(ready.linked)/Dockerfile'\n"
                script += "timed prebuilt-\(name).ms build prebuilt-\(name) '\(ready.linked)' --platform linux/amd64 --build-context artifacts='\(ready.linked)'\n"
                script += "fact prebuilt-\(name).files \"$(files prebuilt-\(name))\"\n"
            }
            return script
        }

        /// Without a right, and with a root that nobody can write to.
        private static let server = """
            serve greeter
            answers /healthz
            fact server.health "$(ask /healthz | tr '\\n' ' ')"
            pid=$(server_pid)
            fact server.uid "$(awk '/^Uid/ { print $2, $3, $4, $5 }' "/proc/$pid/status")"
            fact server.gid "$(awk '/^Gid/ { print $2, $3, $4, $5 }' "/proc/$pid/status")"
            fact server.capabilities "$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status")"
            fact server.root "$(awk '$5 == "/" { split($6, options, ","); print options[1] }' "/proc/$pid/mountinfo" | tail -n 1)"
            timed server.stop.ms stop_server >"$WORK/exit"
            fact server.exit "$(cat "$WORK/exit")"
            fact end reached

            """

        // MARK: - The binary

        @Test(.needs(.buildah), arguments: ShippedProgram.built(by: .buildah))
        func buildahLinksTheSameBinary(_ program: ShippedProgram) async throws { try await compare(program, .buildah) }

        @Test(.needs(.docker), arguments: ShippedProgram.built(by: .docker))
        func dockerLinksTheSameBinary(_ program: ShippedProgram) async throws { try await compare(program, .docker) }

        private func compare(_ program: ShippedProgram, _ engine: ContainerEngine) async throws {
            let outcome = try await Self.outcome(engine)
            let ready = try await program.ready()
            for (index, artifact) in program.artifacts.enumerated() {
                let tag = index == 0 ? program.rawValue : "\(program.rawValue)-\(artifact)"
                let linked = try await ready.sha256(artifact)
                #expect(outcome["\(tag).sha256"] == linked, "\(outcome.log)")
            }
        }

        @Test(.needs(.docker)) func anotherPlatformIsCrossCompiled() async throws {
            let outcome = try await Self.outcome(.docker)
            let linked = try await ShippedProgram.multiMain.ready().sha256("hours", "linux/arm64")
            #expect(outcome["hours-arm64.sha256"] == linked, "\(outcome.log)")
        }

        @Test(.needs(.buildah)) func testsAreAStage() async throws {
            let outcome = try await Self.outcome(.buildah)
            #expect(outcome["tested"] == "1", "\(outcome.log)")
        }

        // MARK: - The image

        @Test(.needs(.buildah)) func theImageHasWhatItNeeds() async throws {
            let outcome = try await Self.outcome(.buildah)
            #expect(
                outcome["greeter.files"]
                    == "etc/ssl/certs/ca-certificates.crt:644:0:0 usr/local/bin/server:755:0:0 ", "\(outcome.log)")
            let everything =
                "etc/group:644:0:0 etc/passwd:644:0:0 etc/ssl/certs/ca-certificates.crt:644:0:0 "
                + "tmp:1777:0:0 usr/local/bin/hours:755:0:0 usr/local/share/zoneinfo.zip:644:0:0 "
            #expect(outcome["multi-main.files"] == everything, "\(outcome.log)")
            // With the same binary, linked before, the image is the same.
            #expect(outcome["prebuilt-greeter.files"] == outcome["greeter.files"], "\(outcome.log)")
            #expect(outcome["prebuilt-multi-main.files"] == everything, "\(outcome.log)")
            let size = try #require(outcome["greeter.size"].flatMap { Int($0) }, "\(outcome.log)")
            let binary = try #require(outcome["greeter.bytes"].flatMap { Int($0) })
            #expect(size >= binary && size < binary + 600_000)
        }

        @Test(.needs(.buildah)) func buildahSaysHowItStarts() async throws { try await checkConfiguration(.buildah) }
        @Test(.needs(.docker)) func dockerSaysHowItStarts() async throws { try await checkConfiguration(.docker) }

        private func checkConfiguration(_ engine: ContainerEngine) async throws {
            let outcome = try await Self.outcome(engine)
            let greeter = try JSONValue(#require(outcome["greeter.config"], "\(outcome.log)"))
            #expect(greeter["User"].string == "65532:65532")
            #expect(greeter["Entrypoint"].list?.map(\.string) == ["/usr/local/bin/server"])
            #expect(greeter["StopSignal"].string == "SIGTERM")
            #expect(greeter["ExposedPorts"]["8080/tcp"] != .null)
            #expect(greeter["Labels"]["org.opencontainers.image.title"].string == "server")
            let vendored = try JSONValue(#require(outcome["vendored.config"]))
            #expect(vendored["Cmd"].list?.map(\.string) == ["a", "b c"])
            let multi = try JSONValue(#require(outcome["multi-main.config"]))
            #expect(multi["Env"].list?.contains { $0.string == "ZONEINFO=/usr/local/share/zoneinfo.zip" } == true)
            let minutes = try JSONValue(#require(outcome["multi-main-minutes.config"]))
            #expect(minutes["Entrypoint"].list?.map(\.string) == ["/usr/local/bin/minutes"])
        }

        // MARK: - The container

        @Test(.needs(.buildah)) func podmanRunsIt() async throws { try await checkServer(.buildah) }
        @Test(.needs(.docker)) func dockerRunsIt() async throws { try await checkServer(.docker) }

        private func checkServer(_ engine: ContainerEngine) async throws {
            let outcome = try await Self.outcome(engine)
            #expect(outcome["server.health"]?.isEmpty == false, "\(outcome.log)")
            #expect(outcome["server.uid"] == "65532 65532 65532 65532")
            #expect(outcome["server.gid"] == "65532 65532 65532 65532")
            #expect(outcome["server.capabilities"] == "0000000000000000")
            #expect(outcome["server.root"] == "ro")
            // By SIGTERM: after 20 s it would be killed, and say 137.
            #expect(outcome["server.exit"] == "0")
            let milliseconds = try #require(outcome["server.stop.ms"].flatMap { Int($0) })
            #expect(milliseconds < 10_000)
            #expect(outcome["end"] == "reached" && outcome.ended.exit == .code(0), "\(outcome.log)")
        }
    }

    @Suite(.needsGo)
    struct RefusedImages {
        /// Neither by the plan, nor, when it is linked here, by what the linked file says.
        @Test func cgoIsRefused() async throws {
            let desk = try await Desk.fixture("cgo", store: WarmStore.path)
            desk.write(
                "pipeline.yaml",
                "version: 1\nartifacts: { sum: { build: ., cgo: true } }\nimage: { artifact: sum, certificates: false }\n")
            let emitted = try await desk.pipeline("dockerfile", "--store", desk.store)
            #expect(emitted.exit == .code(2) && emitted.out == "")
            #expect(emitted.err.contains("dockerfile/cgo"), "\(emitted.transcript)")
            let linked = try await desk.pipeline("dockerfile", "--prebuilt", "--artifacts", "dist", "--store", desk.store)
            #expect(linked.exit == .code(2) && linked.out == "")
            #expect(linked.err.contains("artifact/dynamic"), "\(linked.transcript)")
            #expect(linked.err.contains("example.com/cgo/adler is written with cgo"), "\(linked.transcript)")
            #expect(fileStatus("\(desk.root)/dist") == nil)
        }
    }
}
