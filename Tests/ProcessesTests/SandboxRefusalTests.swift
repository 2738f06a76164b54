/// Why a sandbox cannot be had, in words, and what mends it under each setting of a machine.
import Testing

@testable import Processes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct SandboxRefusalTests {
    private func remedy(_ refusal: SandboxRefusal, _ settings: [String: String] = [:]) -> String {
        refusal.remedy { settings[$0] }
    }

    @Test func eachSettingThatForbidsItIsNamed() {
        let refused = SandboxRefusal(.namespaces, EPERM)
        #expect("\(refused)" == "the kernel refuses new namespaces (Operation not permitted)")
        #expect(remedy(refused, ["kernel/unprivileged_userns_clone": "0"]).contains("kernel.unprivileged_userns_clone=1"))
        #expect(remedy(refused, ["user/max_user_namespaces": "0"]).contains("user.max_user_namespaces=15000"))
        #expect(remedy(refused).contains("--security-opt seccomp=unconfined"))
        #expect(remedy(SandboxRefusal(.namespaces, ENOSPC)).contains("user.max_user_namespaces=15000"))
        #expect(remedy(SandboxRefusal(.namespaces, ENOSYS)).contains("Linux 5.12"))
        let mounting = SandboxRefusal(.view, EACCES, at: "usr")
        #expect("\(mounting)" == "the kernel refuses to mount usr in a new namespace (Permission denied)")
        #expect(
            remedy(mounting, ["kernel/apparmor_restrict_unprivileged_userns": "1"])
                .contains("kernel.apparmor_restrict_unprivileged_userns=0"))
        #expect(remedy(SandboxRefusal(.processes, EPERM)).contains("unmask=ALL"))
    }
}

@Suite struct SandboxViewTests {
    @Test func foldersOnTheWayComeFirst() {
        var view = SandboxView()
        view.put("/a/b/c", .readOnly("/x"))
        view.put("/a/b-d", .memory)
        view.put("/a/b", .sealed)
        #expect(view.ordered.map(\.target) == ["/a", "/a/b", "/a/b-d", "/a/b/c"])
        #expect(view.ordered.map(\.part) == [.folder, .sealed, .memory, .readOnly("/x")])
    }

    @Test func itKnowsWhatItShows() {
        var view = SandboxView()
        view.put("/tree", .sealed)
        view.put("/tree/whole", .readOnly("/tree/whole"))
        view.put("/tree/part/file", .readOnly("/tree/part/file"), isFolder: false)
        view.put("/tmp", .writable("/own/tmp"))
        view.put("/out", .writable("/out"))
        for path in ["/tree", "/tree/whole", "/tree/whole/a/b", "/tree/part", "/tree/part/file", "/tmp", "/out/x"] {
            #expect(view.shows(path), "\(path)")
        }
        for path in ["/tree/other", "/tree/part/other", "/tmp/x", "/home", "/tr"] { #expect(!view.shows(path), "\(path)") }
    }
}
