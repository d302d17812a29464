import { sanitizeMailHtml } from '#content';
import type { AttachmentRef, AttachmentView, MessageView } from '#contracts';
import type { MessageRow } from './message.store.js';

/** A message as the HTTP surface shows it. HTML is made safe here, at render: a better sanitiser repairs old mail. */
export function messageView(row: MessageRow): MessageView {
  const inline = new Map(row.attachments.flatMap((file) => (file.cid ? [[file.cid, file] as const] : [])));
  const attachmentUrl = (cid: string) => {
    const file = inline.get(cid);
    return file ? urlOf(file) : null;
  };
  return {
    id: row.id,
    conversationId: row.conversationId,
    seq: row.seq,
    kind: row.kind,
    automatic: row.automatic,
    courtesy: row.courtesy,
    channelId: row.channelId,
    channelKind: row.channelKind,
    from: { address: row.fromAddress, name: row.fromName },
    authorId: row.authorId,
    to: row.recipients,
    cc: row.copies,
    subject: row.subject,
    text: row.text,
    html: row.html === null ? null : sanitizeMailHtml(row.html, { attachmentUrl }),
    attachments: row.attachments.map(attachmentView),
    at: row.at.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    externalId: row.externalId,
    clientId: row.clientId,
    delivery: row.deliveryState && {
      state: row.deliveryState,
      reason: row.deliveryReason,
      providerId: row.providerId,
    },
    rawUrl: row.receiptId === null ? null : `/api/v1/messages/${row.id}/raw`,
    authentication: row.mail?.authentication ?? null,
    system: row.system,
    parseProblem: row.parseProblem,
  };
}

export function attachmentView(file: AttachmentRef): AttachmentView {
  return { id: file.id, name: file.name, contentType: file.contentType, size: file.size, url: urlOf(file) };
}

const urlOf = (file: AttachmentRef): string => `/api/v1/attachments/${encodeURIComponent(file.id)}`;
