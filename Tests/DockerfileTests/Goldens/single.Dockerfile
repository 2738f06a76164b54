# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

FROM --platform=$BUILDPLATFORM golang:1.24.11-bookworm AS build
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
    go build -o /out/tally .

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/tally /usr/local/bin/tally
LABEL org.opencontainers.image.title="Tally \"\$5\"" \
    org.opencontainers.image.licenses="MIT"
USER 1000:1000
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/tally"]
CMD ["--greeting", "\"hello\", it's $HOME", "C:\u005c"]
