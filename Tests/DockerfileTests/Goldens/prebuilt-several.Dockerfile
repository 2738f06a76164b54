# syntax=docker/dockerfile:1
# Written by `pipeline dockerfile` from pipeline.yaml: change it there, not here.

# In its place comes the folder of: pipeline dockerfile --prebuilt --artifacts DIR
# when it is given to the builder: --build-context artifacts=DIR
FROM scratch AS artifacts

FROM scratch AS tool
ARG TARGETOS
ARG TARGETARCH
COPY --from=artifacts $TARGETOS/$TARGETARCH/tool /usr/local/bin/tool
LABEL org.opencontainers.image.title="tool"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/tool"]

FROM scratch AS app
ARG TARGETOS
ARG TARGETARCH
COPY --from=artifacts $TARGETOS/$TARGETARCH/app /usr/local/bin/app
LABEL org.opencontainers.image.title="app"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/app"]
