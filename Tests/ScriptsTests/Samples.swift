/// One file of each kind with everything in it that its reader knows, to be damaged.
import Testing

struct Sample: Sendable, CustomTestStringConvertible {
    var path: String
    var text: String

    var testDescription: String { path }

    static let all: [Sample] = [
        Sample(
            path: "x.sh",
            text: """
                #!/bin/bash
                set -euo pipefail  # strict
                export V="1.2" W='x y'
                cd "$(dirname "$0")/.." && go install "x@${V:-latest}" y@$W
                for f in $(go list ./...); do [[ -n "$f" && $f =~ ^(a|b)$ ]] || go vet "$f"; done
                case "$1" in run|'go') go run . ;; *) X=$((1 + 2)); echo `go env \\`echo X\\`` ;; esac
                if ! sudo -E env A=b sh -c 'go run . "$V" && é'; then { go build; } 2>&1 | tee log; fi
                f() { local x; x=(a b $(c)); diff <(go x) >(y); }
                cat <<EOF >out; bash <<-'END'
                $(go env) ${X}
                EOF
                \tgo test
                \tEND
                find . -exec go vet {} \\; ; trap 'go clean' EXIT; time go \\
                  build $'a\\tb' "c\\"d"
                """),
        Sample(
            path: "Dockerfile",
            text: """
                # escape=\\
                ARG GO=1.27
                FROM --platform=$BUILDPLATFORM golang:${GO:-1} AS build
                ENV A=b C="d e"
                ENV F g h
                RUN --mount=type=cache,target=/x go build \\
                  # a comment

                  -o /x ./cmd/$A && echo '#'
                RUN <<EOF
                go test
                EOF
                RUN bash <<-"B" && cat <<C
                \tgo vet
                \tB
                x
                C
                SHELL ["/bin/bash", "-c"]
                FROM build
                COPY --from=build --chown=1:1 ["/a b", "/é"]
                HEALTHCHECK --interval=5s CMD ["sh", "-c", "go \\"x\\" \\u00e9"]
                ONBUILD RUN go x
                ENTRYPOINT exec go run .
                CMD ["go", "run", "."]
                """),
        Sample(
            path: "Makefile",
            text: """
                GO ?= go  # the program
                V := $(shell $(GO) list -m | head)
                F = -a $(G) \\
                  -b
                F += c
                export F
                .RECIPEPREFIX =
                define R
                @$(GO) run $(1) $$X
                endef
                ifeq ($(V),x)
                W != go version
                else
                W = 2
                endif
                .PHONY: all
                all: a b ; @go vet
                \t@-$(GO) build $(F) $(W) $$(go env X) \\
                \t  -o $@ # é
                \t$(call R,x) $(strip $(shell go env))
                t: A = b
                """),
        Sample(
            path: "justfile",
            text: """
                set shell := ["bash", "-c"]
                export v := 'é'
                w := `go env X`
                s := '''
                  go run .
                '''
                # a comment
                [no-cd]
                @build x='1' +y: dep
                  go install x@{{v}} {{ w }} \\
                    {{x}}
                  -go vet
                b:
                  #!/usr/bin/env bash
                  cd x
                  go test
                """),
        Sample(
            path: "Taskfile.yml",
            text: """
                vars: { V: '1', W: { sh: go env X } }
                env: { A: "{{.V}}" }
                tasks:
                  a: go build
                  b:
                    dir: x/{{.V}}
                    vars: { U: "x{{.V}}" }
                    cmds: [go vet, { cmd: "go test {{.U}}" }, { defer: go clean }]
                    preconditions: [{ sh: go version }]
                    status:
                      - |
                        go x "é"
                """),
        Sample(
            path: "package.json",
            text: "{\n\t\"name\": \"x\", \"a\": [1, {\"scripts\": {}}, null, -1e3],\n\t\"scripts\": {\"a\": \"go run \\\".\\\" && \\u00e9\", \"b\": 1}\n}\n"),
        Sample(
            path: "x.go",
            text: "package x\n\n//go:generate -command gen go run ./gen\n//go:generate gen \"a \\\"b\" $GOFILE\n//go:generate sh -c \"go run .\"\n"),
        Sample(
            path: ".github/workflows/ci.yml",
            text: """
                name: CI # x
                on: [push]
                env: { A: 1, S: "${{ secrets.X }}" }
                defaults: { run: { shell: bash, working-directory: x } }
                jobs:
                  a: &a
                    strategy: { matrix: { go: ["1.26"] } }
                    steps:
                      - uses: actions/setup-go@v5
                        with: { go-version: "${{ matrix.go }}" }
                      - run: |
                          go test ${{ env.A }} \\
                            './é'  # y

                          cat <<EOF
                          $(go env)
                          EOF
                      - run: >-
                          go
                          'x'

                          go  y
                      - { run: "go \\"x\\" \\
                          y\\u00e9", shell: sh }
                      - run: 'go ''x''
                          y'
                  b: { <<: *a, needs: a }
                """),
        Sample(
            path: ".gitlab-ci.yml",
            text: """
                variables: { A: b, V: { value: "1" } }
                .x: &x [go version]
                test:
                  needs: [{ job: build }, lint]
                  cache: [{ paths: [.cache] }]
                  before_script: *x
                  script:
                    - go test $A
                    - [go vet, !reference [.x, script]]
                    - |
                      cd y
                      go x
                """),
        Sample(
            path: "compose.yml",
            text: """
                services:
                  a:
                    environment: [A=b, "C=$D"]
                    entrypoint: ["sh", "-c", "go run . $$X ${Y}"]
                    command: go 'x y' é
                    healthcheck: { test: [CMD-SHELL, "go version || exit 1"] }
                """),
        Sample(
            path: "k8s.yaml",
            text: """
                apiVersion: apps/v1
                kind: Deployment
                spec:
                  containers:
                    - name: c
                      env: [{ name: A, value: b }]
                      command: ["sh", "-c"]
                      args:
                        - |
                          go run ./x
                ---
                apiVersion: v1
                kind: Pod
                spec: { initContainers: [{ command: [go, "é"] }] }
                """),
        Sample(
            path: "pipeline.yaml",
            text: "steps:\n  a: { run: [go, \"${root}\", $$X], dir: d, env: { A: \"${b}\" } }\n  b:\n    shell: |\n      go build ${root}\n    services: { s: { run: [./s] } }\n"),
    ]
}
