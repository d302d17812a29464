import type { ChatMessage } from '#contracts';

/** What waits to be sent, or is on its way. It stays until the server has acknowledged it. */
export interface Outgoing {
  clientId: string;
  text: string;
  /** RFC 3339; of the browser, for showing only. */
  at: string;
  /** Refused so often that the person has to say "try again". */
  failed: boolean;
}

export interface Timeline {
  /** By number, each once. */
  messages: ChatMessage[];
  outgoing: Outgoing[];
}

export const EMPTY: Timeline = { messages: [], outgoing: [] };

/** Up to this number nothing is missing; what comes later is asked for from here. */
export function knownTo(timeline: Timeline): number {
  let last = timeline.messages[0]?.seq ?? 0;
  for (const { seq } of timeline.messages) {
    if (seq > last + 1) break;
    last = seq;
  }
  return last;
}

/** Adds what the server says; repeats change nothing, and what was ours leaves the outbox. */
export function heard(timeline: Timeline, fresh: ChatMessage[]): Timeline {
  if (fresh.length === 0) return timeline;
  const bySeq = new Map([...timeline.messages, ...fresh].map((message) => [message.seq, message]));
  const sent = new Set(fresh.map((message) => message.clientId).filter(Boolean));
  return {
    messages: [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    outgoing: timeline.outgoing.filter((out) => !sent.has(out.clientId)),
  };
}

export function said(timeline: Timeline, out: Outgoing): Timeline {
  if (timeline.outgoing.some((known) => known.clientId === out.clientId)) return timeline;
  if (timeline.messages.some((message) => message.clientId === out.clientId)) return timeline;
  return { ...timeline, outgoing: [...timeline.outgoing, out] };
}

/** The server has it: it takes its place among the messages. */
export function acknowledged(timeline: Timeline, clientId: string, place: { id: string; seq: number }): Timeline {
  const out = timeline.outgoing.find((one) => one.clientId === clientId);
  if (!out) return timeline;
  return heard(timeline, [{ ...place, kind: 'inbound', text: out.text, at: out.at, clientId }]);
}

export function marked(timeline: Timeline, clientId: string, failed: boolean): Timeline {
  return {
    ...timeline,
    outgoing: timeline.outgoing.map((out) => (out.clientId === clientId ? { ...out, failed } : out)),
  };
}

/** Our answers that nobody has looked at. */
export function unread(timeline: Timeline, readSeq: number): number {
  return timeline.messages.filter((message) => message.kind === 'reply' && message.seq > readSeq).length;
}

/** Text taken apart into words and links, http and https only. */
export function linked(text: string): { text: string; href: string | null }[] {
  const parts: { text: string; href: string | null }[] = [];
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}؟،؛»]/g)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), href: null });
    parts.push({ text: match[0], href: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), href: null });
  return parts;
}
