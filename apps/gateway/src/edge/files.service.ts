import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { readFileLink } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { loadReceipt } from '../ingress/receipts/receipts.store.js';
import type { ServedFile } from './file-headers.rules.js';

/** What a signed link stands for. Whoever made it has checked the conversation's access; it lives for a minute. */
@Injectable()
export class FilesService {
  constructor(@Inject(GatewayContext) private readonly context: GatewayContext) {}

  /** @throws DomainError file_not_found: forged, expired and gone are told apart from nothing */
  async open(link: string): Promise<ServedFile & { bytes: Buffer }> {
    const { config, blobs, db } = this.context;
    const target = readFileLink(config.secret, link, this.context.now().getTime());
    if (!target) throw gone();
    if (target.kind === 'blob') {
      const { name, contentType, inline } = target;
      return { name, contentType, inline, bytes: await blobs.read(target.sha256) };
    }
    const receipt = await loadReceipt(db, target.receiptId);
    if (!receipt) throw gone();
    const mail = receipt.channelKind === 'email';
    return {
      name: mail ? `original-${receipt.id}.eml` : `original-${receipt.id}.txt`,
      contentType: mail ? 'message/rfc822' : 'text/plain',
      inline: false,
      bytes: receipt.raw,
    };
  }
}

const gone = () =>
  new DomainError(
    'file_not_found',
    'not_found',
    'This download link is not valid any more; it lives for a minute. Open the file from its conversation again.',
  );
