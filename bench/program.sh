# What benchmarks of given programs share: a copy of one, its three steps as a pipeline file, and the same by hand.
# Sourced after common.sh; knows no figure.

# take_program FOLDER WORK PACKAGES TESTED: a copy in WORK/program, committed, with a pipeline file that builds and vets
# PACKAGES and tests TESTED (patterns, separated by blanks). Sets `work`, `by_hand`, `vendored` and where caches are.
take_program() {
    work=$2
    mkdir -p "$work/program" "$work/home"
    if [ ! -d "$work/program/.git" ]; then
        tar -C "$1" --exclude=./.git -cf - . | tar -C "$work/program" -xf -
        # One module by itself; and no settings but the generated ones.
        rm -rf "$work/program"/{go.work,go.work.sum,pipeline.yml,pipelines}
    else
        # An edit that an earlier measurement was broken off in.
        git -C "$work/program" checkout -q -f .
    fi
    # What steps of a pipeline see, for those by hand, too.
    export HOME=$work/home LANG=C.UTF-8 TZ=UTC GOROOT=${GO%/bin/go}
    if [ -e "$work/program/vendor/modules.txt" ]; then vendored=yes; else vendored=no; carry_modules; fi
    export GOCACHE=$work/gocache GOMODCACHE=$work/gomodcache
    pipeline_file "$3" "$4" >"$work/program/pipeline.yaml"
    commit "$work/program" "The program and its pipeline"
    by_hand="go build -o /dev/null $3 && go vet $3 && go test $4"
    by_hand_backwards="go test $4 && go vet $3 && go build -o /dev/null $3"
}

# Downloads the modules once, into what then is everybody's proxy: the network is in no figure.
carry_modules() {
    (cd "$work/program" && GOMODCACHE=$work/modules go mod download)
    proxy=$work/modules/cache/download
    export GOPROXY=file://$proxy GOSUMDB=off
}

pipeline_file() {
    printf 'version: 1\nname: measured\n'
    [ "$vendored" = yes ] || printf 'go: { proxy: "%s", sumdb: "off" }\n' "$GOPROXY"
    printf 'steps:\n'
    printf '  build: { build: [%s], timeout: 2h }\n' "${1// /, }"
    printf '  vet: { vet: [%s], timeout: 2h }\n' "${1// /, }"
    printf '  test: { test: [%s], timeout: 2h }\n' "${2// /, }"
}

# A shell line that takes folders away and lets the disk come to rest.
wipe() { printf "'%s' %s; sync" "$bench/put-away" "$*"; }
