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
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go build -o /out/server -ldflags "-X 'main.title=A \"good\" \`name\`'" .

FROM distroless.example/static-debian12@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
COPY --from=build /out/server /usr/local/bin/server
LABEL org.opencontainers.image.title="server"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/server"]
CMD ["serve"]
