/// Real builders and runners of containers, each in namespaces of its own: no network but a loopback of its own, and no
/// process or mount that outlives it. It knows engines, not what is built.
import Files
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum ContainerEngine: String, Sendable, CaseIterable {
    case buildah, docker

    /// What scripts/test-parts installs for containers.
    var programs: [String] {
        switch self {
        case .buildah: ["buildah", "podman", "runc", "unshare", "busybox"]
        case .docker: ["dockerd", "docker", "unshare", "busybox"]
        }
    }

    static let path = "/usr/sbin:/usr/bin:/sbin:/bin"

    /// Namespaces are made by root alone, and where a container is around this one perhaps not even by root.
    var canWork: Bool {
        geteuid() == 0 && programs.allSatisfy { findProgram($0, path: Self.path, directory: "/") != nil }
    }

    /// What a script says line by line, `key value`; `log` is everything else that it said.
    struct Outcome: Sendable {
        var ended: Ended
        var facts: [String: String]
        var log: String { ended.transcript }

        subscript(_ key: String) -> String? { facts[key] }
    }

    /// Runs a script with this engine's own words: `stand_in VERSION GOROOT`, `build TAG FOLDER OPTION…`,
    /// `binary TAG PATH FILE`, `inspect TAG`, `serve TAG`, `server_pid`, `stop_server`; and `fact KEY VALUE`.
    func run(_ script: String) async throws -> Outcome {
        let folder = TemporaryFolder()
        let place = folder.write("script", Self.common + own + script)
        let child = try ChildProgram(
            ["/usr/bin/unshare", "-m", "-n", "-p", "--fork", "--kill-child", "--mount-proc", "/bin/bash", place],
            environment: ["PATH": Self.path, "HOME": folder.path, "WORK": folder.path, "LC_ALL": "C.UTF-8"], directory: "/")
        let ended = await child.end(within: .seconds(600))
        var facts: [String: String] = [:]
        for line in (folder.read("facts") ?? "").lines where !line.isEmpty {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            facts[parts[0]] = parts.count == 2 ? parts[1] : ""
        }
        return Outcome(ended: ended, facts: facts)
    }

    private static let common = """
        set -euo pipefail
        # Tens of thousands of files: here it is quick.
        trap 'cd /; rm -rf "$WORK"/{root,run,var-tmp,data,exec} 2>/dev/null || true' EXIT
        busybox ip link set lo up
        mount -t tmpfs tmpfs /run
        fact() { printf '%s %s\\n' "$1" "$2" >>"$WORK/facts"; }
        timed() { local key=$1 start; start=$(date +%s%N); shift; "$@"; fact "$key" $((($(date +%s%N) - start) / 1000000)); }

        # What the golang image has that a build needs: a shell, authorities, and the real toolchain without its own tests.
        populate() {
            mkdir -p "$1"/{bin,etc/ssl/certs,go,root,tmp,usr/local}
            chmod 1777 "$1/tmp"
            cp /bin/busybox "$1/bin/busybox"
            chroot "$1" /bin/busybox --install -s /bin
            echo root:x:0:0:root:/root:/bin/sh >"$1/etc/passwd"
            echo root:x:0: >"$1/etc/group"
            cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
            mkdir "$1/usr/local/go"
            tar -C "$2" --exclude=./test --exclude=./api --exclude=./doc --exclude=testdata --exclude='*_test.go' -c . |
                tar -C "$1/usr/local/go" -x
        }
        image_path=/go/bin:/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin

        ask() { busybox wget -q -O - "http://127.0.0.1:8080$1"; }
        answers() {
            for attempt in $(seq 100); do ask "$1" >/dev/null 2>&1 && return; sleep 0.1; done
            echo "the server does not answer" >&2
            return 1
        }
        """ + "\n"

    private var own: String {
        switch self {
        case .buildah: Self.buildahWords
        case .docker: Self.dockerWords
        }
    }

    /// Buildah has its cache mounts in TMPDIR. Crun fails where both versions of cgroups are mounted.
    private static let buildahWords = """
        mkdir -p "$WORK/var-tmp"
        export TMPDIR=$WORK/var-tmp
        storage=(--root "$WORK/root" --runroot "$WORK/run" --storage-driver overlay)
        engine() { buildah "${storage[@]}" "$@"; }
        runner() { podman "${storage[@]}" --tmpdir "$WORK/podman" --runtime /usr/sbin/runc --cgroup-manager cgroupfs "$@"; }
        stand_in() {
            local container
            container=$(engine from scratch)
            populate "$(engine mount "$container")" "$2"
            engine config --env "PATH=$image_path" --env GOPATH=/go --workingdir /go "$container"
            engine commit -q "$container" "docker.io/library/golang:$1-bookworm" >/dev/null
            engine rm "$container" >/dev/null
        }
        build() {
            local tag=$1 folder=$2
            shift 2
            engine bud --isolation chroot --pull=never --layers=false -t "localhost/$tag" -f "$folder/Dockerfile" "$@" "$folder"
        }
        binary() {
            local container
            container=$(engine from --pull=never "localhost/$1")
            cp "$(engine mount "$container")$2" "$3"
            engine rm "$container" >/dev/null
        }
        files() {
            local container
            container=$(engine from --pull=never "localhost/$1")
            (cd "$(engine mount "$container")" && find . -mindepth 1 ! -type d -printf '%P:%m:%U:%G\\n' -o -name tmp -printf '%P:%m:%U:%G\\n' | sort | tr '\\n' ' ')
            engine rm "$container" >/dev/null
        }
        inspect() { runner image inspect --format '{{json .Config}}' "localhost/$1"; }
        size() { runner image inspect --format '{{.Size}}' "localhost/$1"; }
        serve() {
            runner run -d --name server --network host --read-only --cap-drop all --pull never \\
                --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "localhost/$1" >/dev/null
        }
        server_pid() { runner inspect --format '{{.State.Pid}}' server; }
        stop_server() { runner stop -t 20 server >/dev/null; runner wait server; }
        """ + "\n"

    /// A line with `# syntax` would make the daemon fetch an image.
    private static let dockerWords = """
        export DOCKER_HOST=unix://$WORK/docker.sock DOCKER_BUILDKIT=1 BUILDKIT_PROGRESS=plain DOCKER_CONFIG=$WORK/config
        docker=/usr/bin/docker
        dockerd --host "$DOCKER_HOST" --pidfile "$WORK/pid" --exec-root "$WORK/exec" --data-root "$WORK/data" \\
            --storage-driver overlay2 --iptables=false --ip6tables=false --bridge=none >"$WORK/dockerd.log" 2>&1 &
        for attempt in $(seq 300); do "$docker" version >/dev/null 2>&1 && break; sleep 0.1; done
        "$docker" version >/dev/null || { tail "$WORK/dockerd.log" >&2; exit 1; }
        stand_in() {
            populate "$WORK/stand-in-$1" "$2"
            tar -C "$WORK/stand-in-$1" -c . | "$docker" import -c "ENV PATH=$image_path" -c 'ENV GOPATH=/go' -c 'WORKDIR /go' \\
                - "golang:$1-bookworm" >/dev/null
            rm -rf "$WORK/stand-in-$1"
        }
        build() {
            local tag=$1 folder=$2
            shift 2
            sed '/^# syntax=/d' "$folder/Dockerfile" | "$docker" build --network none -t "$tag" -f - "$@" "$folder"
        }
        binary() {
            local container
            container=$("$docker" create "$1")
            "$docker" cp -q "$container:$2" "$3" 2>/dev/null || "$docker" cp "$container:$2" "$3"
            "$docker" rm "$container" >/dev/null
        }
        inspect() { "$docker" image inspect --format '{{json .Config}}' "$1"; }
        size() { "$docker" image inspect --format '{{.Size}}' "$1"; }
        serve() { "$docker" run -d --name server --network host --read-only --cap-drop ALL "$1" >/dev/null; }
        server_pid() { "$docker" inspect --format '{{.State.Pid}}' server; }
        stop_server() { "$docker" stop -t 20 server >/dev/null; "$docker" inspect --format '{{.State.ExitCode}}' server; }
        """ + "\n"
}

extension Trait where Self == ConditionTrait {
    /// Who is not root cannot make the namespaces, in CI as little as at a desk.
    static func needs(_ engine: ContainerEngine) -> Self {
        .enabled(
            if: engine.canWork || (RealParts.isRequired && geteuid() == 0),
            "no \(engine) for root: as root, run scripts/test-parts FOLDER")
    }
}
