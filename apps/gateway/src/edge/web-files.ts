import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const PACKABLE = /^(text|application)\/|svg/;
const zip = promisify(gzip);

export interface WebFile {
  bytes: Buffer;
  /** Null where it would not get smaller. */
  packed: Buffer | null;
  type: string;
  etag: string;
}

/**
 * The built pages, read once each and kept (some megabytes). The names are listed at the start: a request can name one
 * of these files and nothing else on the disk.
 */
export class WebFiles {
  private readonly names: Set<string>;
  private readonly read = new Map<string, Promise<WebFile>>();

  constructor(private readonly folder: string) {
    this.names = new Set(
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
        : [],
    );
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  get(name: string): Promise<WebFile> {
    const known = this.read.get(name);
    if (known) return known;
    const file = this.load(name);
    this.read.set(name, file);
    file.catch(() => this.read.delete(name));
    return file;
  }

  private async load(name: string): Promise<WebFile> {
    const bytes = await readFile(path.join(this.folder, name));
    const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
    const packed = PACKABLE.test(type) && bytes.length > 1_000 ? await zip(bytes, { level: 8 }) : null;
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return { bytes, packed, type, etag };
  }
}
