import { Injectable } from '@nestjs/common';
import { sniffType } from '#content';
import type { AttachmentRef, AttachmentView } from '#contracts';
import { invalid, isId, newId, notFound, withoutOverrides } from '#kernel';
import { type Identity, signFileLink } from '#platform';
import { accessOf } from '../conversations/access.js';
import { findVisible } from '../conversations/conversation.store.js';
import { InboxContext } from '../inbox.context.js';
import { findAttachment, findMessage } from '../messages/message.store.js';
import { attachmentView } from '../messages/message.view.js';
import type { ReplyAttachmentDto } from './replies.dto.js';
import { findAttachable, findUpload, insertUpload } from './reply.store.js';

/** Shown in the page itself; everything else is saved to disk by the browser (security.md A). */
const INLINE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

@Injectable()
export class AttachmentsService {
  constructor(private readonly context: InboxContext) {}

  async upload(actor: Identity, file: { name: string; contentType: string; bytes: Buffer }): Promise<AttachmentView> {
    const kept = await this.keep(file);
    await insertUpload(this.context.db, { ...kept, personId: actor.personId }, this.context.now());
    return attachmentView(kept);
  }

  /** What a reply names or brings, as blobs that exist. @throws DomainError unknown_attachment, invalid_attachment */
  async collect(actor: Identity, conversationId: string, asked: ReplyAttachmentDto[]): Promise<AttachmentRef[]> {
    const ids = asked.flatMap((one) => (one.id === undefined ? [] : [one.id]));
    const place = { personId: actor.personId, conversationId };
    const known = ids.length > 0 ? await findAttachable(this.context.db, ids, place) : [];
    const files: AttachmentRef[] = [];
    for (const one of asked) {
      if (one.id !== undefined) {
        const file = known.find((candidate) => candidate.id === one.id);
        if (!file) {
          throw invalid(
            'unknown_attachment',
            `There is no attachment ${one.id.slice(0, 64)} of yours. Upload it with POST /api/v1/attachments first.`,
          );
        }
        files.push(file);
      } else if (one.name && one.content !== undefined) {
        const bytes = Buffer.from(one.content, 'base64');
        files.push(await this.keep({ name: one.name, contentType: one.contentType ?? '', bytes }));
      } else {
        throw invalid(
          'invalid_attachment',
          'An attachment is {id} of an uploaded one, or {name, contentType, content} with base64 content.',
        );
      }
    }
    return files;
  }

  /** Where the bytes can be had for a minute, when the actor may see a conversation that holds them. */
  async link(actor: Identity, id: string): Promise<string> {
    const held = isId(id) ? await findAttachment(this.context.db, id) : [];
    const conversations = held.map((one) => one.conversationId);
    const seen = held.length > 0 ? await findVisible(this.context.db, accessOf(actor), conversations) : [];
    const place = held.find((one) => seen.some((conversation) => conversation.id === one.conversationId));
    const file =
      place?.attachments.find((one) => one.id === id) ??
      (isId(id) ? await findUpload(this.context.db, id, actor.personId) : null);
    if (!file) throw notFound('attachment', id.slice(0, 64));
    const { sha256, name, contentType } = file;
    const link = { kind: 'blob', sha256, name, contentType, inline: INLINE.has(contentType) } as const;
    return signFileLink(this.context.config.secret, link, this.context.now().getTime());
  }

  /** The bytes of a message as they came. */
  async rawLink(actor: Identity, messageId: string): Promise<string> {
    const message = isId(messageId) ? await findMessage(this.context.db, messageId) : null;
    const [seen] = message ? await findVisible(this.context.db, accessOf(actor), [message.conversationId]) : [];
    if (!seen || !message?.receiptId) throw notFound('original', messageId.slice(0, 64));
    const link = { kind: 'receipt', receiptId: message.receiptId } as const;
    return signFileLink(this.context.config.secret, link, this.context.now().getTime());
  }

  private async keep(file: { name: string; contentType: string; bytes: Buffer }): Promise<AttachmentRef> {
    const { sha256, size } = await this.context.blobs.put(file.bytes);
    return {
      id: newId(),
      name: fileName(file.name),
      contentType: sniffType(file.bytes, file.contentType),
      size,
      sha256,
    };
  }
}

/** A name to show: no path, no control characters, no bidi tricks. */
function fileName(name: string): string {
  const base = withoutOverrides(name.toWellFormed()).split(/[\\/]/).at(-1) ?? '';
  return (
    base
      .replace(/[\u0000-\u001f\u007f]/g, '')
      .trim()
      .slice(0, 255) || 'file'
  );
}
