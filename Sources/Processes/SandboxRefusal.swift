/// Why a sandbox cannot be had on this machine: what the kernel refused, and the setting that mends it.
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

package struct SandboxRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// In the order in which they are gone through; the numbers are those of CSandbox.h.
    package enum Stage: Int32, Sendable {
        case namespaces, identity, network, view, processes, root, privileges
    }

    package var stage: Stage
    package var code: Int32
    /// The place of the view that it failed at.
    package var place: String?

    package init(_ stage: Stage, _ code: Int32, at place: String? = nil) {
        self.stage = stage
        self.code = code
        self.place = place
    }

    /// `the kernel refuses new namespaces (Operation not permitted)`.
    package var description: String {
        let reason = String(cString: strerror(code))
        switch stage {
        case .namespaces where code == ENOSYS: return "there are no namespaces in this system (\(reason))"
        case .namespaces: return "the kernel refuses new namespaces (\(reason))"
        case .identity: return "the kernel refuses a user namespace's identities (\(reason))"
        case .network: return "the loopback of a new network cannot be raised (\(reason))"
        case .view: return "the kernel refuses to mount\(place.map { " \($0)" } ?? "") in a new namespace (\(reason))"
        case .processes: return "the kernel refuses a /proc of its own in a new namespace (\(reason))"
        case .root: return "the kernel refuses to change the root in a new namespace (\(reason))"
        case .privileges: return "privileges cannot be dropped in a new namespace (\(reason))"
        }
    }

    /// What the user can do about it. `setting` reads a file of /proc/sys, nil when it is not there.
    package func remedy(setting: (String) -> String? = readSetting) -> String {
        let container =
            "in a container, start it with `--privileged`, or with `--security-opt seccomp=unconfined --security-opt "
            + "apparmor=unconfined --security-opt systempaths=unconfined` (podman: `--security-opt unmask=ALL`)"
        if code == ENOSYS { return "it needs Linux 5.12 or later; elsewhere say `sandbox: auto`, which runs without one" }
        if stage == .namespaces, code == ENOSPC || setting("user/max_user_namespaces") == "0" {
            return "allow user namespaces with `sysctl user.max_user_namespaces=15000`, or say `sandbox: auto`"
        }
        if setting("kernel/unprivileged_userns_clone") == "0" {
            return "allow user namespaces with `sysctl kernel.unprivileged_userns_clone=1`, or say `sandbox: auto`"
        }
        if setting("kernel/apparmor_restrict_unprivileged_userns") == "1", stage != .processes {
            return "allow user namespaces with `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or say `sandbox: auto`"
        }
        return "\(container); or say `sandbox: auto`"
    }
}

/// The first line of a setting under /proc/sys.
package func readSetting(_ name: String) -> String? {
    let file = open("/proc/sys/\(name)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) : nil
}

extension Sandbox {
    /// Why this machine has no sandboxes; nil when it has. Tried out, with a view of the kernel's own parts, on an empty
    /// `base`.
    package static func refusal(base: String) async -> SandboxRefusal? {
        var view = SandboxView()
        view.put("/proc", .processes)
        view.put("/dev/pts", .terminals)
        do throws(SandboxRefusal) {
            let sandbox = try Sandbox(view, base: base, [], in: ProcessGroups())
            await sandbox.end()
            return nil
        } catch {
            return error
        }
    }
}
