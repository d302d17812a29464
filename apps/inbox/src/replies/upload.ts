import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError, invalid } from '#kernel';
import { BODY_LIMIT } from '#platform';

/** Registers multipart forms, unless another app of this process did. */
export async function acceptUploads(fastify: FastifyInstance): Promise<void> {
  if (fastify.hasContentTypeParser('multipart/form-data')) return;
  await fastify.register(multipart as never, {
    limits: { files: 1, fields: 10, fileSize: BODY_LIMIT, fieldSize: 10_000, headerPairs: 100 },
  });
}

/** The one file of a form. @throws DomainError invalid_upload, too_large */
export async function readUpload(
  request: FastifyRequest,
): Promise<{ name: string; contentType: string; bytes: Buffer }> {
  if (!request.isMultipart()) {
    throw invalid('invalid_upload', 'Send the file as multipart/form-data, in a field named file.');
  }
  const part = await request.file().catch((error: unknown) => {
    throw invalid('invalid_upload', `The form was not understood: ${(error as Error).message}`);
  });
  if (!part) throw invalid('invalid_upload', 'The form holds no file. Put it in a field named file.');
  const bytes = await part.toBuffer().catch(() => {
    throw new DomainError('too_large', 'too_large', 'The file is larger than 25 MB. Send a smaller one.');
  });
  return { name: part.filename, contentType: part.mimetype, bytes };
}
