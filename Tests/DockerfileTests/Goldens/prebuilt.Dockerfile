# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

FROM --platform=$BUILDPLATFORM mirror.example/golang:1.27.3-alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS files
RUN mkdir -p /rootfs/etc \
    && echo "app:x:1000:2000::/nonexistent:/sbin/nologin" >/rootfs/etc/passwd \
    && echo "app:x:2000:" >/rootfs/etc/group \
    && mkdir -p /rootfs/tmp \
    && chmod 1777 /rootfs/tmp

# In its place comes the folder of: pipeline dockerfile --prebuilt --artifacts DIR
# when it is given to the builder: --build-context artifacts=DIR
FROM scratch AS artifacts

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=files /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# The time zones of the Go that builds the program.
COPY --from=files /usr/local/go/lib/time/zoneinfo.zip /usr/local/share/zoneinfo.zip
ENV ZONEINFO=/usr/local/share/zoneinfo.zip
COPY --from=files /rootfs/ /
ARG TARGETOS
ARG TARGETARCH
COPY --from=artifacts $TARGETOS/$TARGETARCH/app /usr/local/bin/app
COPY web /srv/web
LABEL org.opencontainers.image.title="app"
USER 1000:2000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=90s --timeout=2s --start-period=10s --retries=2 CMD ["/usr/local/bin/app", "-healthy", "a b"]
ENTRYPOINT ["/usr/local/bin/app"]
