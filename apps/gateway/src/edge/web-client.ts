import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebFiles } from './web-files.js';

/** What is never the web client's, so that a mistyped address there is a 404 and not a page. */
const NOT_PAGES = /^\/(api|webhooks|internal|files|socket\.io|widget|widget\.js|healthz|readyz|metrics)(\/|$)/;

/** Vite puts a hash of the content into the names of what it builds. */
const HASHED = /^assets\//;

/** Serves the built pages: files by their names, everything else is the application, which routes by itself. */
export function registerWebClient(fastify: FastifyInstance, folder: string): void {
  const files = new WebFiles(folder);
  if (!files.has('index.html')) return;
  fastify.get('/*', async (request, reply) => {
    const called = request.url.split('?', 1)[0]!;
    if (NOT_PAGES.test(called)) return reply.callNotFound();
    const name = called.slice(1);
    const isPage = name === '' || name === 'index.html' || !/\.\w+$/.test(name);
    if (!isPage && !files.has(name)) return reply.callNotFound();
    return send(request, reply, files, isPage ? 'index.html' : name);
  });
}

async function send(request: FastifyRequest, reply: FastifyReply, files: WebFiles, name: string): Promise<unknown> {
  const file = await files.get(name);
  void reply.headers({
    'content-type': file.type,
    'cache-control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  });
  if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
  if (!file.packed || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(file.bytes);
  return reply.header('content-encoding', 'gzip').send(file.packed);
}
