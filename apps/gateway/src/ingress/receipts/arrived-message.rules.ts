import type { ArrivedMessage, ChannelKind, SlaKind } from '#contracts';

/** What the item's channel adds. */
export interface ChannelFacts {
  id: string;
  kind: ChannelKind;
  slaKind: SlaKind;
  address: string;
  name: string;
  teamIds: string[];
}

/** An item whose files are in the blob store already. */
export type ReadyItem = Omit<
  ArrivedMessage,
  | 'receiptId'
  | 'channelId'
  | 'channelKind'
  | 'slaKind'
  | 'channelAddress'
  | 'channelName'
  | 'channelTeamIds'
  | 'receivedAt'
>;

/** Beyond this, in UTF-8 bytes, a text is cut with a word about it; the original keeps everything. An event fits 1 MB. */
export const MAX_TEXT = 200_000;
export const MAX_HTML = 600_000;
const TOO_LONG = 'This message is too long to show in full; the original is attached.';

/** A connector's item as the complete fact that inbox gets. */
export function arrivedMessage(
  receiptId: string,
  channel: ChannelFacts,
  item: ReadyItem,
  receivedAt: Date,
): ArrivedMessage {
  // what is read from the sender's bytes never says whose receipt or channel it is
  const message: ArrivedMessage = Object.assign({}, item, {
    receiptId,
    channelId: channel.id,
    channelKind: channel.kind,
    slaKind: channel.slaKind,
    channelAddress: channel.address,
    channelName: channel.name,
    channelTeamIds: channel.teamIds,
    receivedAt: receivedAt.toISOString(),
  });
  const text = cut(item.text);
  const html = item.html !== null && Buffer.byteLength(item.html) > MAX_HTML ? null : item.html;
  return text === item.text && html === item.html
    ? message
    : { ...message, text, html, parseProblem: item.parseProblem || TOO_LONG };
}

function cut(text: string): string {
  if (text.length * 3 <= MAX_TEXT) return text; // no character takes more
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_TEXT) return text;
  return `${bytes
    .subarray(0, MAX_TEXT)
    .toString('utf8')
    .replace(/\ufffd+$/, '')}…`;
}

/** Order is kept per channel account and sender, the only key known before the customer is. */
export function arrivalKey(channelId: string, fromAddress: string): string {
  return `${channelId}:${fromAddress}`;
}
