# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

FROM --platform=$BUILDPLATFORM golang:1.27.3-bookworm AS build
ENV GOTOOLCHAIN=local \
    GOENV=off \
    GOWORK=off \
    GOMODCACHE=/go/pkg/mod \
    GOCACHE=/root/.cache/go-build
WORKDIR /src

# No other module is required: there is nothing to download.
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" CC="a b" GOAMD64=v3 GOEXPERIMENT=jsonv2 \
    go build -o /out/minutes -tags netgo,fast ./cmd/minutes

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/minutes /usr/local/bin/minutes
LABEL org.opencontainers.image.title="minutes"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/minutes"]
