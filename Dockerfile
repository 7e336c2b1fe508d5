# One image for every service; the command chooses which one runs: `node gateway/dist/main.js`.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY contract/package.json contract/
COPY embedded-postgres/package.json embedded-postgres/
COPY graph-tools/package.json graph-tools/
COPY platform/package.json platform/
COPY subgraphs/ledger/package.json subgraphs/ledger/
COPY subgraphs/analytics/package.json subgraphs/analytics/
COPY subgraphs/metrics/package.json subgraphs/metrics/
COPY gateway/package.json gateway/
COPY identity/package.json identity/
COPY rest-bridge/package.json rest-bridge/
COPY rest-client/package.json rest-client/
COPY web/package.json web/
COPY launcher/package.json launcher/

FROM manifests AS build
# No package needs its install script here: Node comes with the image, PostgreSQL from its own.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
RUN node_modules/.bin/tsc -b platform subgraphs/ledger subgraphs/analytics subgraphs/metrics gateway identity rest-bridge launcher \
  && npm run build --workspace web

FROM manifests AS packages
# Everything but the launcher and its PostgreSQL, whose work the container engine does.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts \
    --workspace contract --workspace platform --workspace subgraphs/ledger --workspace subgraphs/analytics \
    --workspace subgraphs/metrics --workspace gateway --workspace identity \
    --workspace rest-bridge --workspace web \
  && rm -rf node_modules/@allfunds/launcher node_modules/@allfunds/embedded-postgres node_modules/@allfunds/graph-tools

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app ./
COPY --from=build /app/contract/dist contract/dist
COPY --from=build /app/platform/dist platform/dist
COPY --from=build /app/subgraphs/ledger/dist subgraphs/ledger/dist
COPY --from=build /app/subgraphs/analytics/dist subgraphs/analytics/dist
COPY subgraphs/analytics/models subgraphs/analytics/models
COPY --from=build /app/subgraphs/metrics/dist subgraphs/metrics/dist
COPY --from=build /app/gateway/dist gateway/dist
COPY gateway/supergraph.graphql gateway/api-public.graphql gateway/trusted-documents.json gateway/
COPY gateway/browser gateway/browser
COPY --from=build /app/identity/dist identity/dist
COPY identity/assets identity/assets
COPY --from=build /app/rest-bridge/dist rest-bridge/dist
COPY --from=build /app/web/build web/build
COPY web/server.js web/
# Only its backup and restore are used here.
COPY --from=build /app/launcher/dist launcher/dist
COPY docker docker
# A volume that begins empty takes over whose this folder is.
RUN install --directory --owner node /data
USER node
ENTRYPOINT ["/app/docker/wait-for-files.sh"]
CMD ["node", "gateway/dist/main.js"]
