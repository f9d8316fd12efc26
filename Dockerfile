# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
# Node and npm, which the build script needs for the canvas.
COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node
COPY --from=node:22-bookworm-slim /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin nonlinear \
    && install -D target/release/nonlinear /out/nonlinear \
    && mkdir /out/data

# No shell and no package manager: the C library, certificates, and the program.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/nonlinear /usr/local/bin/nonlinear
# A volume that is mounted here for the first time takes over the owner.
COPY --from=build --chown=65532:65532 /out/data /data
WORKDIR /data
USER 65532:65532
# Whoever reaches it must not find an account whose password is in the repository.
ENV NONLINEAR_LISTEN=0.0.0.0:4000 NONLINEAR_DATA_DIR=/data NONLINEAR_SEED_DEMO=false
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=3 CMD ["/usr/local/bin/nonlinear", "health"]
ENTRYPOINT ["/usr/local/bin/nonlinear"]
