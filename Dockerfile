# syntax=docker/dockerfile:1

# Debian, not Alpine: the PostgreSQL that comes from npm is linked against glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY bin ./bin
COPY src ./src
# `npm ci` also compiles (the prepare script). Install scripts must run: one links the libraries of the database.
RUN npm ci --no-progress && npm prune --omit=dev --no-progress && npm cache clean --force

FROM node:20-bookworm-slim
# tini is process 1: it passes SIGTERM on and reaps what is left of a database server that was killed.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node -m 0700 /data \
 && ln -s /app/bin/heliogram.js /usr/local/bin/heliogram

WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/node_modules ./node_modules
COPY LICENSE NOTICE ./

# Inside the container every interface is right: what is published, and to whom, is said where it is run.
ENV NODE_ENV=production \
    HELIOGRAM_HOST=0.0.0.0 \
    HELIOGRAM_DATA=/data

# PostgreSQL refuses to run as root, and nothing else here needs to.
USER node
# The embedded database, the admin token and the node's identity. With DATABASE_URL only the last two.
VOLUME /data
# HTTP, and HTTPS where there is a certificate.
EXPOSE 8080 8443

# Ready: every listener accepts. The first start makes the database, which takes longest.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HELIOGRAM_HTTP_PORT || 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

# SIGTERM: takes nothing new, finishes what it owes, exits 0.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "heliogram"]
CMD ["serve"]
