# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

FROM --platform=$BUILDPLATFORM golang:1.27.3-bookworm AS build
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
ARG TARGETOS
ARG TARGETARCH
# Stamped into the binary. For another commit than this one: --build-arg GIT_DESCRIBE=…
ARG GIT_DESCRIBE=v1.4.0-2-gabc1234
ARG GIT_COMMIT=abc1234
ARG GIT_COMMIT_TIME=1767225600
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" GIT_COMMIT=$GIT_COMMIT \
    go build -o /out/server -ldflags "-s -w -X \"main.version=${GIT_DESCRIBE}\" -X main.built=${GIT_COMMIT_TIME} -X main.price=\$5" ./cmd/server

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/server /usr/local/bin/server
LABEL org.opencontainers.image.title="server"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/server"]
