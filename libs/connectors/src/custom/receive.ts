import { sniffType } from '#content';
import { cleanText, withoutOverrides } from '#kernel';
import { BodyCheck } from '../body-check.rules.js';
import type { ApiReceiver, ArrivedItem, InlineFile } from '../connector.js';
import { attachmentName } from '../file-names.js';
import { clampedStamp } from '../time.rules.js';

const MAX_TEXT = 1_000_000;
const MAX_HTML = 5_000_000;
const MAX_FILES = 50;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

export const receive: ApiReceiver = {
  receive(body, channel, receivedAt): ArrivedItem {
    const check = new BodyCheck(body);
    const externalId = check.text('externalId', 500);
    const threadKey = check.optionalText('threadKey', 500);
    const text = check.raw('text');
    if (typeof text !== 'string' || text.length > MAX_TEXT)
      check.problem('text', `a text of at most ${MAX_TEXT} characters`);
    const html = check.optionalText('html', MAX_HTML);
    const subject = check.optionalText('subject', 1_000);
    const from = sender(check);
    const attachments = files(check);
    const sentAt = stamp(check);
    check.finish();
    return {
      dedupeKey: `${channel.id}:${externalId}`,
      externalId,
      threadKey,
      from: { kind: 'custom', scope: channel.id, ...from },
      subject: subject === null ? null : cleanText(subject).replace(/\s+/g, ' ').trim(),
      text: cleanText(text as string),
      html: html === null ? null : cleanText(html),
      attachments,
      automatic: false,
      channelTimestamp: clampedStamp(sentAt, receivedAt),
    };
  },
};

function sender(check: BodyCheck): { address: string; display: string; name: string | null } {
  const from = check.raw('from');
  const { address, name } = (typeof from === 'object' && from !== null ? from : {}) as {
    address?: unknown;
    name?: unknown;
  };
  if (typeof address !== 'string' || address.trim() === '' || address.length > 320) {
    check.problem('from.address', 'what identifies the sender on this channel, 1 to 320 characters');
    return { address: '', display: '', name: null };
  }
  if (name !== undefined && name !== null && (typeof name !== 'string' || name.length > 200)) {
    check.problem('from.name', 'left out or a text of at most 200 characters');
  }
  const plain = typeof name === 'string' ? withoutOverrides(cleanText(name)).replace(/\s+/g, ' ').trim() : '';
  const known = cleanText(address).trim();
  return { address: known, display: known, name: plain === '' ? null : plain };
}

/** Files come inside: an address to fetch from would let a caller aim us at our own network. */
function files(check: BodyCheck): InlineFile[] {
  const list = check.raw('attachments');
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > MAX_FILES) {
    check.problem('attachments', `a list of at most ${MAX_FILES} of {name, contentType?, content (base64)}`);
    return [];
  }
  return list.flatMap((entry: unknown, index): InlineFile[] => {
    const { name, contentType, content } = (entry ?? {}) as Record<string, unknown>;
    if (typeof content !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(content)) {
      check.problem(`attachments[${index}].content`, 'the file in base64');
      return [];
    }
    const bytes = Buffer.from(content, 'base64');
    const type = sniffType(bytes, typeof contentType === 'string' ? contentType : '');
    return [
      {
        name: attachmentName(typeof name === 'string' ? name : null, type, index + 1),
        contentType: type,
        content: bytes,
      },
    ];
  });
}

/** The caller holds a token of ours, so its stamp is trusted as a provider's is. */
function stamp(check: BodyCheck): number | null {
  const sentAt = check.raw('sentAt');
  if (sentAt === undefined || sentAt === null) return null;
  const milliseconds = typeof sentAt === 'string' && INSTANT.test(sentAt) ? Date.parse(sentAt) : Number.NaN;
  if (Number.isNaN(milliseconds)) check.problem('sentAt', 'an RFC 3339 instant such as 2026-11-21T10:00:00Z');
  return milliseconds;
}
