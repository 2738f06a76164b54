/// Images in and out of a real registry: nothing twice, bases by digest, and only for those who may.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo, .needsImageTools)
    struct ImagePushes {
        @Test("A second push uploads nothing; what skopeo takes back is what was made")
        func uploadsOnce() async throws {
            let registry = try await LoopbackRegistry()
            let hello = HelloDesk()
            let reference = "\(registry.name)/team/hello:1.0"
            let first = try await hello.image("--platforms", "linux/amd64,linux/arm64", "--push", reference, "--output", "oci-dir:../image")
            #expect(first["push"]["uploaded"].int == 17 && first["push"]["present"].int == 0)
            #expect(!registry.uploads.isEmpty)
            #expect(first["push"].names == ["reference", "present", "mounted", "uploaded", "uploaded_bytes", "requests"])

            let before = registry.requests.count
            let second = try await hello.image("--platforms", "linux/amd64,linux/arm64", "--push", reference)
            #expect(second["push"]["uploaded"].int == 0 && second["push"]["uploaded_bytes"].int == 0)
            #expect(second["digest"] == first["digest"])
            let made = registry.requests.dropFirst(before)
            #expect(made.count == second["push"]["requests"].int)
            #expect(made.allSatisfy { $0.hasPrefix("HEAD ") || $0.hasPrefix("GET ") }, "\(made)")

            let back = try await hello.desk.shell(
                """
                skopeo copy -q --all --src-tls-verify=false \(registry.docker("team/hello:1.0")) oci:../back:latest
                cat ../back/index.json
                diff -r ../back/blobs ../image/blobs | grep -v '^Only in ../image' || true
                """)
            #expect(back.contains(first["digest"].string ?? "?"))
            #expect(!back.contains("differ") && !back.contains("Only in ../back"))

            // Without a list of its own, the registry has referrers by tag.
            let root = first["digest"].string ?? ""
            let tag = root.replacing(":", with: "-")
            let list = try JSONValue(
                try await hello.desk.shell("skopeo inspect --raw --tls-verify=false \(registry.docker("team/hello:\(tag)"))"))
            #expect(list["manifests"].list?.map { $0["artifactType"].string } == ["application/vnd.in-toto+json"])
            #expect(
                list["manifests"].list?.map { $0["digest"] } == first["referrers"].list?.filter { $0["subject"].string == root }.map { $0["digest"] })
        }

        @Test("A base comes from its registry by digest; its layers are kept, mounted and not uploaded again")
        func buildsOnABase() async throws {
            let registry = try await LoopbackRegistry()
            let below = HelloDesk("below", image: "certificates: false\npasswd: true\nlabels: { layer: below, team: red }")
            try below.desk.edit("main.go", "\"args\"", "\"below\"")
            let base = try await below.image("--push", "\(registry.name)/team/base:1", "--platforms", "linux/amd64,linux/arm64")
            let name = "\(registry.name)/team/base@\(base["digest"].string ?? "")"
            let hello = HelloDesk(image: "base: \(name)\nlabels: { team: blue }")
            let before = registry.uploads.count
            let image = try await hello.image("--push", "\(registry.name)/other/hello:1", "--output", "oci-dir:../image")
            let layers = image["platforms"].list?.first?["layers"].list ?? []
            let belowLayers = base["platforms"].list?.first?["layers"].list ?? []
            #expect(layers.count == 3 && belowLayers.count == 2 && Array(layers.prefix(2)) == belowLayers)
            #expect(image["push"]["mounted"].int == 3)
            let uploads = registry.uploads.dropFirst(before)
            for layer in belowLayers {
                let digest = layer["digest"].string ?? "?"
                #expect(uploads.filter { $0.hasPrefix("PUT") && $0.contains(digest.dropFirst(7)) } == [])
                #expect(uploads.contains { $0.contains("mount=") && $0.contains(digest.dropFirst(7)) })
            }
            let config = try JSONValue(try await hello.desk.shell("skopeo inspect --config oci:../image:1"))
            #expect(config["config"]["Labels"]["layer"].string == "below" && config["config"]["Labels"]["team"].string == "blue")
            let manifest = try JSONValue(try await hello.desk.shell("skopeo inspect --raw oci:../image:1"))
            #expect(manifest["annotations"]["org.opencontainers.image.base.name"].string == name)
            #expect(manifest["annotations"]["org.opencontainers.image.base.digest"] == base["digest"])
            let files = try await hello.desk.shell(
                "umoci unpack --rootless --image ../image:1 ../b >/dev/null 2>&1; cat ../b/rootfs/etc/passwd; ls ../b/rootfs/usr/local/bin")
            #expect(files == "app:x:65532:65532::/nonexistent:/sbin/nologin\nhello\n")

            // Known by its digest: the registry is not asked again.
            let asked = registry.requests.count
            #expect(try await hello.image()["digest"] == image["digest"])
            #expect(registry.requests.count == asked)
            let wrong = "\(registry.name)/team/base@sha256:\(String(repeating: "0", count: 64))"
            try hello.desk.edit("pipeline.yaml", name, wrong)
            #expect(try await hello.mistake() == "registry/not-found 5")
        }

        @Test("A base comes from a layout on disk in the same way")
        func buildsOnALayout() async throws {
            let below = HelloDesk("below", image: "certificates: false\ntmp: true")
            let base = try await below.image("--output", "oci-dir:\(below.desk.folder.path)/base")
            let layout = "\(below.desk.folder.path)/base"
            let hello = HelloDesk(image: "base: registry.example.com/base@\(base["digest"].string ?? "")")
            let image = try await hello.image("--base-layout", layout, "--output", "oci-dir:../image")
            #expect(image["platforms"].list?.first?["layers"].list?.count == 3)
            #expect(try await hello.desk.shell("skopeo inspect --raw oci:../image:latest | sha256sum").prefix(64) == image["digest"].string?.dropFirst(7) ?? "")
            #expect(try await hello.mistake("--base-layout", layout, "--platforms", "linux/arm64") == "image/base-platform 2")
            let other = HelloDesk("other", image: "base: registry.example.com/base@sha256:\(String(repeating: "1", count: 64))")
            #expect(try await other.mistake("--base-layout", layout) == "image/not-in-layout 2")
            #expect(try await other.mistake("--base-layout", hello.desk.root) == "image/no-layout 2")
        }

        @Test("A registry with a login is shown the one of Docker's configuration, or of its helper")
        func logsIn() async throws {
            let registry = try await LoopbackRegistry(login: true)
            let hello = HelloDesk()
            let push = ["--push", "\(registry.name)/team/hello:1"]
            #expect(try await hello.mistake(push[0], push[1]) == "registry/not-allowed 5")
            // ada:secret, then ada:wrong.
            hello.desk.folder.write("docker/config.json", "{\"auths\":{\"\(registry.name)\":{\"auth\":\"YWRhOnNlY3JldA==\"}}}")
            let here = ["DOCKER_CONFIG": "\(hello.desk.folder.path)/docker"]
            #expect(try await hello.image(push[0], push[1], environment: here)["push"]["uploaded"].int ?? 0 > 5)
            hello.desk.folder.write("docker/config.json", "{\"auths\":{\"\(registry.name)\":{\"auth\":\"YWRhOndyb25n\"}}}")
            #expect(try await hello.mistake(push[0], push[1], environment: here) == "registry/not-allowed 5")
            hello.desk.folder.write("docker/config.json", "{\"credHelpers\":{\"\(registry.name)\":\"test\"}}")
            hello.desk.folder.write(
                "bin/docker-credential-test", "#!/bin/sh\nread -r server || :\necho '{\"Username\":\"ada\",\"Secret\":\"secret\"}'\n", mode: 0o755)
            let path = ["PATH": "\(hello.desk.folder.path)/bin:\(hello.desk.environment["PATH"] ?? "")"]
            let again = try await hello.image(push[0], push[1], environment: here.merging(path) { $1 })
            #expect(again["push"]["uploaded"].int == 0)
            #expect(try await hello.mistake(push[0], push[1], environment: here) == "registry/credential-helper 5")
        }
    }
}
