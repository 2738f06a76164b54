/// Ways out of a sandbox, each as a step that is green if it works; it knows nothing of how they are stopped.
import Files
import TestSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct Escape: Sendable {
    var name: String
    /// For `/bin/bash -euc`.
    var script: String
    /// What the step says when it is stopped; one of them.
    var says: [String]
    /// The message of a diagnostic.
    var told: String?

    init(_ name: String, _ script: String, says: String..., told: String? = nil) {
        (self.name, self.script, self.says, self.told) = (name, script, says, told)
    }
}

/// What lies outside: files of others, doors that are listened at, a process.
struct Outside: Sendable {
    /// Beside the repository.
    var parent: String
    var elsewhere: String
    var home: String
    var socket: String
    var abstractSocket: String
    var tcpPort: Int
    var udpPort: Int
    var process: pid_t
}

#if arch(arm64)
private let ptraceNumber = 117
#else
private let ptraceNumber = 101
#endif

func escapes(_ outside: Outside) -> [Escape] {
    let missing = "No such file or directory"
    let readOnly = "Read-only file system"
    let denied = "Permission denied"
    let forbidden = "Operation not permitted"
    func perl(_ code: String) -> String { "perl -e '\(code)'" }
    return [
        Escape(
            "undeclared-file", "cat config/dev.yaml", says: missing,
            told: "undeclared-file read config/dev.yaml, which is not among its inputs"),
        Escape(
            "through-an-input", "cat data/../config/dev.yaml", says: missing,
            told: "through-an-input read config/dev.yaml, which is not among its inputs"),
        Escape(
            "parent-folder", "cat ../beside.txt", says: missing,
            told: "parent-folder read \(outside.parent)/beside.txt, which a sandboxed step is not shown"),
        Escape(
            "absolute-path", "cat \(outside.elsewhere)/key", says: missing,
            told: "absolute-path read \(outside.elsewhere)/key, which a sandboxed step is not shown"),
        Escape(
            "home-of-the-user", "cat \(outside.home)/.netrc", says: missing,
            told: "home-of-the-user read \(outside.home)/.netrc, which a sandboxed step is not shown"),
        Escape(
            "link-out", "cat data/link", says: missing,
            told: "link-out read \(outside.elsewhere)/key, which a sandboxed step is not shown"),
        Escape("passwords", "cat /etc/shadow", says: missing),
        Escape("tcp", "exec 3<>/dev/tcp/127.0.0.1/\(outside.tcpPort)", says: "Connection refused"),
        Escape(
            "udp",
            perl(
                "use IO::Socket::INET; my $s = IO::Socket::INET->new(Proto => \"udp\", PeerAddr => \"127.0.0.1:\(outside.udpPort)\") "
                    + "or die $!; $s->send(\"out\"); $s->recv(my $x, 9) // die \"$!\\n\""),
            says: "Connection refused"),
        Escape(
            "abstract-socket",
            perl(
                "use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un(\"\\0\(outside.abstractSocket)\")) or die \"$!\\n\""
            ), says: "Connection refused"),
        Escape(
            "socket-file",
            perl("use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un(\"\(outside.socket)\")) or die \"$!\\n\""),
            says: missing),
        Escape("another-process", "cat /proc/\(outside.process)/cmdline", says: missing),
        Escape("environment-of-the-first", "cat /proc/1/environ", says: denied),
        Escape("root-of-the-first", "ls /proc/1/root/ && test -e /proc/1/root/root", says: denied),
        Escape("folder-of-the-first", "ls /proc/1/cwd/", says: denied),
        Escape("descriptors-of-the-first", "ls -l /proc/1/fd", says: denied),
        Escape("memory-of-the-first", "head -c 1 /proc/1/mem", says: denied),
        Escape("hard-link", "ln data/in.txt /tmp/mine && echo x > /tmp/mine", says: "Invalid cross-device link"),
        Escape("write-to-an-input", "echo x > data/in.txt", says: readOnly),
        Escape("write-to-an-input-beside-an-output", "echo x > data/deep/in.txt; : > data/deep/out.txt", says: readOnly),
        Escape("delete-an-input", "rm data/in.txt", says: readOnly),
        Escape("delete-an-input-beside-an-output", "rm data/deep/in.txt", says: "Device or resource busy"),
        Escape("rename-an-input", "mv data/in.txt data/other.txt", says: readOnly),
        Escape("new-file-in-the-tree", "echo x > new.txt", says: readOnly),
        Escape("write-to-the-toolchain", "echo x > \"$GOROOT/x\"", says: readOnly),
        Escape("write-to-the-module-cache", "mkdir \"$GOMODCACHE/x\"", says: readOnly, missing),
        Escape("write-to-the-system", "echo x > /usr/bin/x", says: readOnly),
        Escape("write-to-the-root", "mkdir /x", says: readOnly),
        Escape("write-to-a-setting", "echo x > /proc/sys/kernel/domainname", says: readOnly, denied),
        Escape("sys", "ls /sys/kernel", says: missing),
        Escape("mount", "mount -t tmpfs none /tmp", says: "must be superuser", "permission denied"),
        Escape("remount", "mount -o remount,bind,rw /usr", says: "must be superuser", "permission denied"),
        Escape("unmount", "umount \"$PWD\"", says: "must be superuser", forbidden, "not permitted", missing),
        Escape("unshare-user", "unshare -Ur true", says: "No space left on device"),
        Escape("unshare-mounts", "unshare -m true", says: forbidden),
        Escape("chroot", "chroot / true", says: forbidden),
        Escape(
            "ptrace", perl("syscall(\(ptraceNumber), 16, 1, 0, 0) == 0 or die \"$!\\n\""), says: forbidden),
        Escape("device-node", "mknod /tmp/disk b 254 0", says: forbidden),
        Escape("descriptors", "test \"$(ls /proc/self/fd | wc -l)\" -gt 4 || { echo only its own; exit 1; }", says: "only its own"),
        Escape("signal", "kill -9 \(outside.process)", says: "No such process"),
        Escape("terminal", ": < /dev/tty", says: "No such device or address"),
    ]
}
