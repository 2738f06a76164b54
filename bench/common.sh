# What all benchmarks share: the binary, the scratch folder, the tools; sourced by them, knows no benchmark.
#
#   PIPELINE    the program to measure (else the checkout's release build, made if need be)
#   BENCH_DIR   scratch folder, kept (else a temporary one, removed at the end)
#   GO          the go command (else that of PATH)
#   RUNS        rounds (each benchmark has its own default)
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

need() {
    for program in "$@"; do
        if ! command -v "$program" >/dev/null; then
            echo "$program is not on PATH; see bench/README.md" >&2
            exit 75
        fi
    done
}

if [ -z "${PIPELINE:-}" ]; then
    need swift
    (cd "$bench/.." && swift build -c release --static-swift-stdlib --product pipeline >&2)
    PIPELINE=$bench/../.build/release/pipeline
fi
PIPELINE=$(realpath "$PIPELINE")

need python3 git "${GO:-go}"

if [ -n "${BENCH_DIR:-}" ]; then
    mkdir -p "$BENCH_DIR"
    BENCH_DIR=$(cd "$BENCH_DIR" && pwd)
    trap '[ ! -e "$BENCH_DIR/away" ] || { chmod -R u+w "$BENCH_DIR/away"; rm -rf "$BENCH_DIR/away"; }' EXIT
else
    BENCH_DIR=$(mktemp -d)
    # The go command's module cache is read-only.
    trap 'chmod -R u+w "$BENCH_DIR"; rm -rf "$BENCH_DIR"' EXIT
fi

# Everyone gets the same Go, the same settings of it, and nobody's own.
export PIPELINE BENCH_DIR GOENV=off GOTOOLCHAIN=local GOTELEMETRY=off GOWORK=off CGO_ENABLED=0
export GOFLAGS="-trimpath -buildvcs=false"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 NO_COLOR=1
unset GOPATH GOROOT GOOS GOARCH GOEXPERIMENT GOCACHEPROG

outer_path=$PATH outer_home=$HOME
use_go() {
    GO=$(realpath "$("$1" env GOROOT)/bin/go")
    PATH=$(dirname "$GO"):$outer_path
    export GO PATH
}
use_go "${GO:-go}"

measure() { python3 "$bench/measure.py" "$@"; }

# The same files give the same commit.
commit() (
    cd "$1"
    export GIT_AUTHOR_NAME=Bench GIT_AUTHOR_EMAIL=bench@example.com GIT_AUTHOR_DATE=2026-01-01T00:00:00Z
    export GIT_COMMITTER_NAME=Bench GIT_COMMITTER_EMAIL=bench@example.com GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
    [ -d .git ] || git -c init.defaultBranch=main init -q
    git add -A -f .
    git -c gc.auto=0 commit -q --allow-empty -m "$2"
)

# What the figures were measured on, as a line of Markdown.
machine() {
    local processor
    processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
    echo "$(nproc) × ${processor:-$(uname -m)}, $(($(getconf _PHYS_PAGES) * $(getconf PAGE_SIZE) >> 30)) GiB," \
        "$(uname -sr); $("$GO" env GOVERSION);" "pipeline $("$PIPELINE" --version) ($(sha256sum "$PIPELINE" | cut -c 1-12));" \
        "$(date -u +%Y-%m-%d), load $(cut -d ' ' -f 1 /proc/loadavg)"
    echo
}
