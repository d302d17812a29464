import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { notFound } from '#kernel';

/**
 * Attachment bytes in files named by their SHA-256 and nothing else (security.md A1): the sender's name never reaches
 * the disk. A blob is on disk (fsync) before the row that names it commits.
 */
export class BlobStore {
  constructor(private readonly folder: string) {}

  async put(bytes: Buffer): Promise<{ sha256: string; size: number }> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = this.path(sha256);
    if (!existsSync(file)) {
      await mkdir(path.dirname(file), { recursive: true });
      const temporary = `${file}.${randomBytes(6).toString('hex')}`;
      const handle = await open(temporary, 'wx', 0o640);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
    }
    return { sha256, size: bytes.length };
  }

  /** @throws DomainError blob_not_found */
  async read(sha256: string): Promise<Buffer> {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw notFound('blob', sha256.slice(0, 64));
    return readFile(this.path(sha256)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? notFound('blob', sha256) : error;
    });
  }

  private path(sha256: string): string {
    return path.join(this.folder, sha256.slice(0, 2), sha256);
  }
}
