# The image of QSS Bridge. scripts/check-dockerfile.mjs replays these steps without Docker.

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: the only native part, LMDB, comes prebuilt inside its package.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src ./src
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="QSS Bridge" \
      org.opencontainers.image.description="Receives Zoom's Quality of Service Subscription (QSS) and turns every sample into InfluxDB points" \
      org.opencontainers.image.licenses="MIT"

# Package managers are of no use to a running service.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*

# The group is 0, which is also the group of the Grafana image: so a token that `setup` writes for the group can be
# read there. An empty volume takes over the owner of the folder that it is mounted on.
RUN useradd --uid 10001 --gid 0 --home-dir /data --no-create-home --shell /usr/sbin/nologin qss-bridge \
 && install -d -o 10001 -g 0 -m 0770 /data \
 && install -d -o 10001 -g 0 -m 0750 /tokens

WORKDIR /app
COPY package.json LICENSE ./
COPY web ./web
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/build/src ./build/src

ENV NODE_ENV=production \
    DATA_DIR=/data
VOLUME /data
EXPOSE 8080 9464
USER 10001:0

# The private side answers whether or not InfluxDB does: a healthy bridge with InfluxDB away goes on spooling.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.ADMIN_PORT||9464)+'/healthz',{signal:AbortSignal.timeout(4000)}).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]

ENTRYPOINT ["node", "build/src/cli.js"]
CMD ["serve"]
