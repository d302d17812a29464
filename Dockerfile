# One image for the four apps: the command says which one runs.
FROM node:24-bookworm-slim AS build
WORKDIR /kairos
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /kairos
COPY --from=build /kairos/package.json ./
COPY --from=build /kairos/node_modules ./node_modules
COPY --from=build /kairos/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000 2525
CMD ["node", "--enable-source-maps", "dist/apps/gateway/src/main.js"]
