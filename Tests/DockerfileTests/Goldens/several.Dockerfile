# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

FROM --platform=$BUILDPLATFORM golang:1.27.3-bookworm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS sources
ENV GOTOOLCHAIN=local \
    GOENV=off \
    GOWORK=off \
    GOMODCACHE=/go/pkg/mod \
    GOCACHE=/root/.cache/go-build
WORKDIR /src

# A layer of its own: modules are fetched again only when these files change.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \
    GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go mod download

COPY . .

FROM sources AS build-server
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go build -o /out/Server ./cmd/server

FROM sources AS build-worker
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go build -o /out/worker ./cmd/worker

FROM --platform=$BUILDPLATFORM golang:1.27.3-bookworm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS build-image-build
ENV GOTOOLCHAIN=local \
    GOENV=off \
    GOWORK=off \
    GOMODCACHE=/go/pkg/mod \
    GOCACHE=/root/.cache/go-build
WORKDIR /src

# No other module is required: there is nothing to download.
COPY . .
WORKDIR /src/tools
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go build -o /out/build .

FROM sources AS test
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=1 GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go test -tags slow ./cmd/...

FROM scratch AS worker
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build-worker /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build-worker /out/worker /usr/local/bin/worker
LABEL org.opencontainers.image.title="worker"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/worker"]
CMD ["-queue", "jobs"]

FROM scratch AS image-build
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build-image-build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build-image-build /out/build /usr/local/bin/build
LABEL org.opencontainers.image.title="build"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/build"]

FROM scratch AS server
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build-server /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build-server /out/Server /usr/local/bin/Server
LABEL org.opencontainers.image.title="Server"
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/Server"]
