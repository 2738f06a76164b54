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
COPY services/app/go.mod services/app/go.sum ./services/app/
COPY ["third party/banner/go.mod", "./third party/banner/"]
COPY services/app/near/go.mod ./services/app/near/
WORKDIR /src/services/app
# Private modules are fetched with the builder's secrets, which no layer keeps:
#   --secret id=netrc,src=$HOME/.netrc or --secret id=git-credentials,src=$HOME/.git-credentials
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=secret,id=netrc,target=/root/.netrc \
    --mount=type=secret,id=git-credentials,target=/root/.git-credentials \
    GOPROXY=https://proxy.example,direct GOPRIVATE="corp.example/*,git.example/team" GOINSECURE=corp.example GOFLAGS="-mod=readonly -trimpath -buildvcs=false -buildmode=pie -ldflags=-w" GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0=store \
    go mod download

COPY . /src
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    --mount=type=secret,id=netrc,target=/root/.netrc \
    --mount=type=secret,id=git-credentials,target=/root/.git-credentials \
    GOPROXY=https://proxy.example,direct GOPRIVATE="corp.example/*,git.example/team" GOINSECURE=corp.example GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0=store \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS="-mod=readonly -trimpath -buildvcs=false -buildmode=pie -ldflags=-w" \
    go build -o /out/app .

FROM scratch
# The authorities that TLS connections of the program are checked against: scratch has none.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/app /usr/local/bin/app
LABEL org.opencontainers.image.title="app"
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/app"]
