/// Real repositories as images without a daemon: the binary that umoci unpacks is the one that `pipeline` links, and so
/// the one that the builders' tests compare with.
import Files
import TestSupport
import Testing

extension EndToEnd {
    @Suite(.needsGo, .needsOlderGo, .needsRealPrograms, .needsImageTools)
    struct ImageMatrix {
        @Test("The binary in the image is the pipeline's", arguments: ShippedProgram.allCases)
        func hasTheSameBinary(_ program: ShippedProgram) async throws {
            let ready = try await program.ready()
            let place = TemporaryFolder()
            let certificates = place.write("ca.pem", "none\n")
            for artifact in program.artifacts {
                let ended = try await ready.desk.start([
                    "image", artifact, "--json", "--platforms", "linux/amd64", "--certificates", certificates, "--output",
                    "oci-dir:\(place.path)/\(artifact)",
                ]).end()
                try #require(ended.exit == .code(0), "\(ended.transcript)")
                let image = try JSONValue(ended.out)["platforms"].list?.first
                let unpacked = try await ready.desk.shell(
                    """
                    umoci unpack --rootless --image '\(place.path)/\(artifact):latest' '\(place.path)/\(artifact)-bundle' >/dev/null 2>&1
                    sha256sum '\(place.path)/\(artifact)-bundle/rootfs/usr/local/bin/\(artifact)'
                    """)
                let linked = try await ready.sha256(artifact)
                #expect(unpacked.prefix(64) == linked)
                #expect(image?["program"]["digest"].string == "sha256:\(linked)")
            }
        }
    }
}
