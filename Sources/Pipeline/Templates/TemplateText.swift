/// The texts of the `pipelines` folder's files, written by `UPDATE_GOLDEN=1 swift test --filter PipelineTemplatesTests`.

enum TemplateText {
    static let service = #"""
        # An HTTP service: linked once, tested, tried on loopback, and put in an image as it is.
        #
        #   pipeline run              everything below; what has not changed is not done again
        #   pipeline run test lint    some steps, and what they need
        #   pipeline plan             what would run, and why
        #   pipeline dockerfile       the Dockerfile for the image below
        #
        # Change the paths and names to yours. `${...}` is filled in; `${root}` is the repository's folder.
        version: 1
        name: server

        # The Go that every step uses: here, what the `toolchain` and `go` lines of go.mod ask for. An exact
        # release in quotes, "1.27.3", pins it in this file instead.
        go:
          version: go.mod

        # Developer tools, each pinned to one version, built once and then run directly. To pin them by the
        # `tool` lines of go.mod instead, write `tools: go.mod`.
        tools:
          staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0

        # What is linked, once for each platform: steps and the image get these very files. The machine you
        # develop on has to be among the platforms; for a Mac add darwin/arm64.
        artifacts:
          server:
            build: ./cmd/server
            platforms: [linux/amd64, linux/arm64]
            ldflags: -s -w -X main.version=${git.describe}

        # Steps run side by side, as far as what they need allows.
        steps:
          # Red when gofmt or `go mod tidy` would change a file.
          fmt:
            fmt: check
          tidy:
            tidy: check

          # Runs the go:generate lines in a scratch copy; red when the committed files are not what comes out.
          generate:
            generate: ./...

          vet:
            vet: ./...

          lint:
            tool: staticcheck
            args: [./...]

          test:
            test: ./...
            coverage: true
            timeout: 5m

          # Starts the server as it will be shipped, on a free port, waits until it answers, and runs a check
          # against it. It is stopped when the step ends.
          smoke:
            run: [./scripts/smoke.sh, "http://127.0.0.1:${service.server.port}"]
            services:
              server:
                run: ["${artifact.server}", -addr, "127.0.0.1:${service.server.port}"]
                ready: "http://127.0.0.1:${service.server.port}/healthz"
                timeout: 10s

        # The binary that was tested, and nothing else. It is static, so the image needs no base; it runs as a
        # user that is not root.
        image:
          artifact: server
          base: scratch
          user: "65532:65532"
          ports: [8080]

        """#

    static let cli = #"""
        # A command-line program for several platforms, each built once and from one machine.
        #
        #   pipeline run              everything below; what has not changed is not done again
        #   pipeline run test         one step, and what it needs
        #   pipeline plan             what would run, and why
        #
        # Change the paths and names to yours. `${...}` is filled in; `${root}` is the repository's folder.
        version: 1
        name: app

        # The Go that every step uses: here, what the `toolchain` and `go` lines of go.mod ask for. An exact
        # release in quotes, "1.27.3", pins it in this file instead.
        go:
          version: go.mod

        # Developer tools, each pinned to one version, built once and then run directly. To pin them by the
        # `tool` lines of go.mod instead, write `tools: go.mod`.
        tools:
          staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0

        # What is linked, once for each platform. `output` also puts the one for your machine in the
        # repository; have git ignore it.
        artifacts:
          app:
            build: ./cmd/app
            platforms: [linux/amd64, linux/arm64, darwin/amd64, darwin/arm64, windows/amd64]
            ldflags: -s -w -X main.version=${git.describe}
            output: bin/app

        # Steps run side by side, as far as what they need allows.
        steps:
          # Red when gofmt or `go mod tidy` would change a file.
          fmt:
            fmt: check
          tidy:
            tidy: check

          vet:
            vet: ./...

          lint:
            tool: staticcheck
            args: [./...]

          test:
            test: ./...
            coverage: true
            timeout: 5m

          # Runs the program as it will be shipped. Naming it is enough to have it built first.
          smoke:
            run: ["${artifact.app}", --version]

        """#

    static let library = #"""
        # A library: nothing to ship, so all that counts is that it compiles, is tidy and passes its tests.
        #
        #   pipeline run              everything below; what has not changed is not done again
        #   pipeline run test         one step, and what it needs
        #   pipeline plan             what would run, and why
        #
        # Change the names to yours.
        version: 1
        name: library

        # The Go that every step uses: here, what the `toolchain` and `go` lines of go.mod ask for. An exact
        # release in quotes, "1.27.3", pins it in this file instead.
        go:
          version: go.mod

        # Developer tools, each pinned to one version, built once and then run directly. To pin them by the
        # `tool` lines of go.mod instead, write `tools: go.mod`.
        tools:
          staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0

        # Steps run side by side, as far as what they need allows.
        steps:
          # Red when gofmt or `go mod tidy` would change a file.
          fmt:
            fmt: check
          tidy:
            tidy: check

          # Compiles every package, those without tests too.
          build:
            build: ./...

          vet:
            vet: ./...

          lint:
            tool: staticcheck
            args: [./...]

          test:
            test: ./...
            coverage: true
            timeout: 5m

          # The race detector needs cgo, and so a C compiler.
          race:
            test: ./...
            race: true
            timeout: 10m

        """#

    static let monorepo = #"""
        # Several modules in one repository, tied together by a go.work file: two programs and what they share.
        #
        #   pipeline run              everything below; what has not changed is not done again
        #   pipeline run test-api     one step, and what it needs
        #   pipeline plan             what would run, and why
        #
        # Change the paths and names to yours. A part that grows can have a file of its own,
        # `pipelines/NAME.yaml`, which `pipeline run NAME` runs. `${root}` is the repository's folder.
        version: 1
        name: monorepo

        # The Go that every step uses: here, what the modules ask for. An exact release in quotes, "1.27.3",
        # pins it in this file instead. `env` is seen by every step.
        go:
          version: go.mod
          env:
            GOAMD64: v2

        # Developer tools, each pinned to one version, built once and then run directly.
        tools:
          staticcheck: honnef.co/go/tools/cmd/staticcheck@v0.7.0

        # What is linked, once for each platform. `build` is a path from `dir`, the module's folder.
        artifacts:
          api:
            dir: services/api
            build: ./cmd/api
            platforms: [linux/amd64, linux/arm64]
            ldflags: -s -w -X main.version=${git.describe}
          worker:
            dir: services/worker
            build: ./cmd/worker
            platforms: [linux/amd64, linux/arm64]
            ldflags: -s -w -X main.version=${git.describe}

        # Steps run side by side, as far as what they need allows. At the root, `./...` is every module.
        steps:
          fmt:
            fmt: check

          vet:
            vet: ./...

          lint:
            tool: staticcheck
            args: [./services/api/..., ./services/worker/..., ./shared/...]

          # One step for each module, so that each has its own limits; a change in one leaves the others'
          # results as they are.
          test-shared:
            test: ./...
            dir: shared
          test-api:
            test: ./...
            dir: services/api
            shards: 2
            timeout: 5m
          test-worker:
            test: ./...
            dir: services/worker
            timeout: 5m

          # Both programs as they will be shipped, one beside the other.
          integration:
            run: [./scripts/integration.sh, "${artifact.worker}"]
            needs: [test-api, test-worker]
            services:
              api:
                run: ["${artifact.api}", -addr, "127.0.0.1:${service.api.port}"]
                ready: tcp://127.0.0.1:${service.api.port}
            env:
              API_URL: http://127.0.0.1:${service.api.port}
            timeout: 5m

        image:
          artifact: api
          base: scratch
          ports: [8080]

        """#
}
