/// Images without a daemon, run by podman in namespaces of its own: no network but its own loopback.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension EndToEnd {
    @Suite(.needsGo, .needsImageTools, .needsPodman)
    struct ImageRuns {
        @Test("podman runs the layout: as its user, with its arguments, its time zones and its /tmp, on a root that is read-only")
        func runs() async throws {
            let hello = HelloDesk(image: "certificates: false\ntimezones: true\npasswd: true\ntmp: true\nargs: [one, two]")
            _ = try await hello.image("--output", "oci-dir:../image")
            let folder = TemporaryFolder()
            let script = folder.write(
                "script",
                """
                set -eu
                mount -t tmpfs tmpfs /run
                exec podman --root "$1/root" --runroot /run/podman --storage-driver vfs --cgroup-manager cgroupfs \\
                    --events-backend none --runtime runc run --rm --network none --ulimit nofile=20000:20000 \\
                    --ulimit nproc=4096:4096 --cap-drop all --read-only --read-only-tmpfs=false --tmpfs /tmp:rw,mode=1777 "oci:$1/image:latest"
                """)
            try await hello.desk.shell("cp -R ../image '\(folder.path)/image'")
            let ended = try await ChildProgram(
                ["/usr/bin/unshare", "-m", "-n", "-p", "--fork", "--kill-child", "--mount-proc", "/bin/sh", script, folder.path],
                environment: ["PATH": searchPath, "HOME": folder.path], directory: "/"
            ).end(within: .seconds(120))
            #expect(ended.exit == .code(0), "\(ended.transcript)")
            #expect(ended.out == "args [one two] user 65532 65532\nzurich <nil>\ntmp <nil>\n")
        }
    }
}

extension Trait where Self == ConditionTrait {
    fileprivate static var needsPodman: Self {
        .enabled(
            if: RealParts.isRequired
                || geteuid() == 0 && ["podman", "runc", "unshare"].allSatisfy { findProgram($0, path: searchPath, directory: "/") != nil },
            "podman, runc or root is missing: run scripts/test-parts")
    }
}

private let searchPath = "/usr/sbin:/usr/bin:/sbin:/bin"
