/// Images on disk, as independent tools read them: skopeo, umoci and tar.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo, .needsImageTools)
    struct ImageLayouts {
        static let everything = """
            certificates: true
            timezones: true
            passwd: true
            tmp: true
            ports: [8080]
            args: [one, two]
            labels: { team: blue }
            healthcheck: { args: [-healthy], interval: 30s, retries: 2 }
            """

        @Test("skopeo and umoci read the layout; the binary in it is the pipeline's, and every file is as asked for")
        func isReadByOthers() async throws {
            let hello = HelloDesk(image: Self.everything)
            let desk = hello.desk
            desk.write("ca.pem", "not really certificates\n")
            let image = try await hello.image("--certificates", "ca.pem", "--output", "oci-dir:../image", "--tag", "1.0")
            let ran = try await desk.run("artifact.hello")
            let built = try ran.finished("build:hello:linux/amd64")
            #expect(built.cached)
            let program = image["platforms"].list?.first?["program"]["digest"].string
            #expect(program != nil && program == built.outputs.first?["digest"].string)

            let seen = try JSONValue(try await desk.shell("skopeo inspect oci:../image:1.0"))
            #expect(seen["Digest"].string == image["digest"].string)
            let config = try JSONValue(try await desk.shell("skopeo inspect --config oci:../image:1.0"))["config"]
            #expect(config["User"].string == "65532:65532")
            #expect(config["Entrypoint"].list == [.string("/usr/local/bin/hello")])
            #expect(config["Cmd"].list == [.string("one"), .string("two")])
            #expect(config["ExposedPorts"].names == ["8080/tcp"])
            #expect(config["Labels"]["team"].string == "blue")
            #expect(config["Labels"]["org.opencontainers.image.title"].string == "hello")
            #expect(config["Env"].list?.last == .string("ZONEINFO=/usr/local/share/zoneinfo.zip"))

            let files = try await desk.shell(
                """
                umoci unpack --rootless --image ../image:1.0 ../bundle >/dev/null 2>&1
                cd ../bundle/rootfs
                find . -mindepth 1 -printf '%M %T@ %P\\n' | sort -k3
                sha256sum usr/local/bin/hello
                cat etc/passwd etc/group
                cmp etc/ssl/certs/ca-certificates.crt '\(desk.root)/ca.pem'
                """
            ).lines
            #expect(
                files.prefix(14).map { $0.replacing(".0000000000", with: "") } == [
                    "drwxr-xr-x 0 etc", "-rw-r--r-- 0 etc/group", "-rw-r--r-- 0 etc/passwd", "drwxr-xr-x 0 etc/ssl",
                    "drwxr-xr-x 0 etc/ssl/certs", "-rw-r--r-- 0 etc/ssl/certs/ca-certificates.crt", "drwxrwxrwt 0 tmp",
                    "drwxr-xr-x 0 usr", "drwxr-xr-x 0 usr/local", "drwxr-xr-x 0 usr/local/bin",
                    "-rwxr-xr-x 0 usr/local/bin/hello", "drwxr-xr-x 0 usr/local/share",
                    "-rw-r--r-- 0 usr/local/share/zoneinfo.zip", "\(program?.dropFirst(7) ?? "")  usr/local/bin/hello",
                ])
            #expect(files.dropFirst(14).prefix(2) == ["app:x:65532:65532::/nonexistent:/sbin/nologin", "app:x:65532:"])
        }

        @Test("What is printed names the digests and the pipeline's binary; as JSON it has every member of docs/json.md")
        func isPrinted() async throws {
            let hello = HelloDesk()
            let image = try await hello.image("--output", "oci-dir:../image")
            #expect(
                image.names == [
                    "version", "artifact", "digest", "media_type", "platforms", "referrers", "outputs", "push",
                ])
            let platform = try #require(image["platforms"].list?.first)
            #expect(platform.names == ["platform", "digest", "config", "layers", "program"])
            #expect(platform["program"].names == ["path", "digest", "size"])
            #expect(platform["layers"].list?.first?.names == ["digest", "size"])
            #expect(image["referrers"].list?.first?.names == ["type", "subject", "digest"])
            #expect(image["outputs"] == .list([.string("oci-dir:../image")]) && image["push"] == .null)

            let ended = try await hello.desk.pipeline("image", "--no-attest", "--output", "oci-dir:../image")
            let lines = ended.out.lines
            let (digest, program) = (image["digest"].string ?? "?", platform["program"]["digest"].string ?? "?")
            try #require(ended.exit == .code(0) && lines.count == 5, "\(ended.transcript)")
            #expect(lines[0] == "image hello \(digest)")
            #expect(lines[1].hasPrefix("  linux/amd64 \(digest), 1 layer, "))
            #expect(lines[2] == "    /usr/local/bin/hello is the pipeline's artifact.hello, \(program)")
            #expect(lines[3] == "wrote oci-dir:../image")
        }

        @Test("The digest is the same in another folder, by another user, with another umask and time zone")
        func isTheSameAnywhere() async throws {
            let (one, other) = (HelloDesk("here", image: "tmp: true\ncertificates: false"), HelloDesk("elsewhere", image: "tmp: true\ncertificates: false"))
            let first = try await one.image("--output", "oci-archive:../image.tar")
            // Another store: nothing of the first is known.
            let ended = try await other.desk.start(
                ["image", "--json", "--output", "oci-archive:../image.tar"],
                environment: ["TZ": "Asia/Tokyo", "USER": "other", "HOME": other.desk.folder.path, "LANG": "de_DE.UTF-8"],
                with: ["/bin/sh", "-c", "umask 077; exec \"$0\" \"$@\""]
            ).end()
            try #require(ended.exit == .code(0), "\(ended.transcript)")
            #expect(try JSONValue(ended.out) == first)
            #expect(
                try readFile("\(one.desk.folder.path)/image.tar") == readFile("\(other.desk.folder.path)/image.tar"))
            let later = try await one.image(environment: ["SOURCE_DATE_EPOCH": "1700000000"])
            #expect(later["digest"] != first["digest"])
            #expect(later["platforms"].list?.first?["program"] == first["platforms"].list?.first?["program"])
        }

        @Test("Every file has the time of SOURCE_DATE_EPOCH")
        func hasTimes() async throws {
            let hello = HelloDesk()
            _ = try await hello.image("--output", "oci-dir:../image", environment: ["SOURCE_DATE_EPOCH": "1700000000"])
            let times = try await hello.desk.shell(
                """
                umoci unpack --rootless --image ../image:latest ../bundle >/dev/null 2>&1
                cd ../bundle/rootfs; find . -mindepth 1 -printf '%T@\\n' | sort -u
                skopeo inspect --config oci:../../image:latest | grep -o '"created": "[^"]*"' | sort -u
                """)
            #expect(times == "1700000000.0000000000\n\"created\": \"2023-11-14T22:13:20Z\"\n")
        }

        @Test("Several platforms make an index, from which each is taken by its name")
        func hasPlatforms() async throws {
            let hello = HelloDesk()
            let image = try await hello.image("--platforms", "linux/amd64,linux/arm64", "--output", "oci-dir:../image")
            #expect(image["media_type"].string == "application/vnd.oci.image.index.v1+json")
            #expect(image["platforms"].list?.map { $0["platform"].string } == ["linux/amd64", "linux/arm64"])
            for (index, architecture) in ["amd64", "arm64"].enumerated() {
                let machine = try await hello.desk.shell(
                    """
                    skopeo --override-arch \(architecture) copy -q oci:../image:latest oci:../\(architecture):latest
                    umoci unpack --rootless --image ../\(architecture):latest ../bundle-\(architecture) >/dev/null 2>&1
                    sha256sum ../bundle-\(architecture)/rootfs/usr/local/bin/hello
                    """)
                let program = image["platforms"].list?[index]["program"]["digest"].string ?? ""
                #expect("sha256:\(machine.prefix(64))" == program)
            }
            let copied = try await hello.desk.shell("skopeo copy -q --all oci:../image:latest oci:../copy:latest; cat ../copy/index.json")
            #expect(copied.contains(image["digest"].string ?? "?"))
        }

        @Test("Docker's archive and OCI's are read too")
        func hasArchives() async throws {
            let hello = HelloDesk()
            let image = try await hello.image("--output", "docker-archive:../d.tar", "--output", "oci-archive:../o.tar")
            let config = image["platforms"].list?.first?["config"].string
            let said = try await hello.desk.shell(
                """
                skopeo copy -q docker-archive:../d.tar oci:../d:latest
                skopeo copy -q oci-archive:../o.tar:latest oci:../o:latest
                skopeo inspect oci:../o:latest | grep -o '"Digest": "[^"]*"'
                skopeo inspect --config oci:../d:latest | sha256sum >/dev/null
                tar -tf ../d.tar | grep -c json
                """)
            #expect(said.contains(image["digest"].string ?? "?"))
            #expect(said.hasSuffix("2\n") && config != nil)
        }

        @Test("A bill of materials and provenance say what is so")
        func isAttested() async throws {
            let hello = HelloDesk()
            try await hello.desk.commit()
            let image = try await hello.image("--output", "oci-dir:../image")
            let referrers = image["referrers"].list ?? []
            #expect(referrers.map { $0["type"].string } == ["application/spdx+json", "application/vnd.in-toto+json"])
            #expect(referrers.allSatisfy { $0["subject"] == image["digest"] })
            func document(_ referrer: JSONValue) throws -> JSONValue {
                func blob(_ digest: String?) throws -> JSONValue {
                    try JSONValue(hello.desk.folder.read("image/blobs/sha256/\((digest ?? "").dropFirst(7))") ?? "")
                }
                return try blob(blob(referrer["digest"].string)["layers"].list?.first?["digest"].string)
            }
            let program = image["platforms"].list?.first?["program"]["digest"].string?.dropFirst(7)
            let bill = try document(referrers[0])
            #expect(bill["packages"].list?.first?["checksums"].list?.first?["checksumValue"].string == program.map(String.init))
            #expect(bill["packages"].list?.map { $0["name"].string } == ["hello", "example.com/hello", "stdlib"])
            #expect(bill["packages"].list?.last?["versionInfo"].string == "1.27.3")
            let provenance = try document(referrers[1])
            #expect(provenance["predicateType"].string == "https://slsa.dev/provenance/v1")
            let digest = image["digest"].string?.dropFirst(7)
            #expect(provenance["subject"].list?.first?["digest"]["sha256"].string == digest.map(String.init))
            let commit = try await hello.desk.shell("git rev-parse HEAD")
            let materials = provenance["predicate"]["buildDefinition"]["resolvedDependencies"].list ?? []
            #expect(materials.first?["digest"]["gitCommit"].string == commit.lines[0])
            #expect(materials.first?["annotations"] == .null)
            hello.desk.write("new.go", "package main\n")
            let dirty = try await hello.image("--output", "oci-dir:../image")
            let changed = try document(try #require(dirty["referrers"].list?.last))
            #expect(changed["predicate"]["buildDefinition"]["resolvedDependencies"].list?.first?["annotations"]["modified"].bool == true)
            #expect(try await hello.image("--no-attest")["referrers"].list == [])
        }
    }
}
