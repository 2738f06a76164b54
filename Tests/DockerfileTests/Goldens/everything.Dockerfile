# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

FROM --platform=$BUILDPLATFORM mirror.example/golang:1.27.3-alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS build
ENV GOTOOLCHAIN=local \
    GOENV=off \
    GOWORK=off \
    GOMODCACHE=/go/pkg/mod \
    GOCACHE=/root/.cache/go-build
WORKDIR /src

# For the image that is shipped.
RUN mkdir -p /rootfs/etc \
    && echo "app:x:1000:2000::/nonexistent:/sbin/nologin" >/rootfs/etc/passwd \
    && echo "app:x:2000:" >/rootfs/etc/group \
    && mkdir -p /rootfs/tmp \
    && chmod 1777 /rootfs/tmp
ARG EXTRA=none
RUN echo "$EXTRA" >/extra

# No other module is required: there is nothing to download.
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG TARGETVARIANT
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM="$(test "$TARGETARCH" = arm && echo "${TARGETVARIANT#v}")" GOFLAGS="-mod=readonly -trimpath -buildvcs=false" \
    go build -o /out/app .

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# The time zones of the Go that builds the program.
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /usr/local/share/zoneinfo.zip
ENV ZONEINFO=/usr/local/share/zoneinfo.zip
COPY --from=build /rootfs/ /
COPY --from=build /out/app /usr/local/bin/app
COPY web /srv/web
LABEL org.opencontainers.image.title="app"
USER 1000:2000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=90s --timeout=2s --start-period=10s --retries=2 CMD ["/usr/local/bin/app", "-healthy", "a b"]
ENTRYPOINT ["/usr/local/bin/app"]
