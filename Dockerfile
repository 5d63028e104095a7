# connect-lint in an image: docker run --rm -v "$PWD:/src" ghcr.io/connect-lint/connect-lint check
FROM rust:1-slim-trixie AS build
WORKDIR /build
COPY . .
RUN cargo build --locked --release

FROM debian:trixie-slim
LABEL org.opencontainers.image.source=https://github.com/connect-lint/connect-lint \
    org.opencontainers.image.licenses="MIT OR Apache-2.0" \
    org.opencontainers.image.description="Tells which network calls your Content-Security-Policy blocks"
# git tells what changed, for --changed-since.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory /src \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin connect-lint
COPY --from=build /build/target/release/connect-lint /usr/local/bin/connect-lint
COPY --from=build /build/LICENSE-MIT /build/LICENSE-APACHE /usr/share/doc/connect-lint/
USER 10001
WORKDIR /src
ENTRYPOINT ["connect-lint"]
CMD ["check"]
