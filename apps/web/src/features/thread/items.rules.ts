import type { MessageView } from '#contracts';

/** What the timeline shows one below the other. */
export type TimelineItem =
  | { type: 'day'; key: string; at: string }
  | { type: 'message'; key: string; message: MessageView; joined: boolean }
  /** Lines about what a person or a rule did, that nothing else stands between. */
  | { type: 'system'; key: string; messages: MessageView[] };

/** One author's messages within this many minutes stand together under one name. */
const TOGETHER_MS = 5 * 60_000;

export function timeline(messages: readonly MessageView[], dayOf: (at: string) => string): TimelineItem[] {
  const items: TimelineItem[] = [];
  let day = '';
  for (const message of messages) {
    const own = dayOf(message.at);
    if (own !== day) items.push({ type: 'day', key: `day-${own}-${message.seq}`, at: message.at });
    day = own;
    const last = items.at(-1);
    if (message.kind !== 'system') {
      items.push({
        type: 'message',
        key: message.id,
        message,
        joined: last?.type === 'message' && together(last.message, message),
      });
    } else if (last?.type === 'system') last.messages.push(message);
    else items.push({ type: 'system', key: message.id, messages: [message] });
  }
  return items;
}

const together = (a: MessageView, b: MessageView): boolean =>
  a.kind === b.kind &&
  a.channelId === b.channelId &&
  a.authorId === b.authorId &&
  a.from.address === b.from.address &&
  a.automatic === b.automatic &&
  a.courtesy === b.courtesy &&
  Date.parse(b.at) - Date.parse(a.at) < TOGETHER_MS;

const isPublic = (message: MessageView) => message.kind === 'inbound' || message.kind === 'reply';

/** Where a conversation can be split: public messages with a public one before them, so that neither side is empty. */
export function splittable(messages: readonly MessageView[]): MessageView[] {
  const first = messages.findIndex(isPublic);
  // Before a loaded stretch that begins later there is always something public.
  const open = (messages[0]?.seq ?? 1) > 1 ? first : first + 1;
  return first < 0 ? [] : messages.slice(open).filter(isPublic);
}
