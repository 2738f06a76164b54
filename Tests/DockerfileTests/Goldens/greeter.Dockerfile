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
COPY proxy ./proxy/
RUN --mount=type=cache,target=/go/pkg/mod \
    GOPROXY=file:///src/proxy GOSUMDB=off GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go mod download

COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    GOPROXY=file:///src/proxy GOSUMDB=off \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go build -o /out/server -ldflags "-s -w -X main.version=1.0.0" ./cmd/server

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/server /usr/local/bin/server
LABEL org.opencontainers.image.title="server"
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/server"]
