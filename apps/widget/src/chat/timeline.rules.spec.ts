import type { ChatMessage } from '../../../../libs/contracts/src/sockets.js';
import { acknowledged, EMPTY, heard, knownTo, linked, marked, said, type Timeline, unread } from './timeline.rules.js';

const message = (seq: number, over: Partial<ChatMessage> = {}): ChatMessage => ({
  id: `m${seq}`,
  seq,
  kind: 'inbound',
  text: `text ${seq}`,
  at: '2026-11-20T09:00:00.000Z',
  ...over,
});
const out = (clientId: string) => ({ clientId, text: clientId, at: '2026-11-20T09:00:00.000Z', failed: false });
const seqs = (timeline: Timeline) => timeline.messages.map(({ seq }) => seq);

it('messages are shown by number, each once, in whatever order they come', () => {
  const timeline = heard(heard(heard(EMPTY, [message(3)]), [message(1), message(3)]), [message(2)]);
  expect(seqs(timeline)).toEqual([1, 2, 3]);
  expect(heard(timeline, [])).toBe(timeline);
});

it('a gap is known, and asked for from where it begins', () => {
  expect(knownTo(EMPTY)).toBe(0);
  expect(knownTo(heard(EMPTY, [message(4), message(5), message(7)]))).toBe(5);
});

it('what was written waits until the server has it, whichever of its two answers comes first', () => {
  const waiting = said(said(EMPTY, out('a')), out('b'));
  const byAck = acknowledged(waiting, 'a', { id: 'm1', seq: 1 });
  const byMessage = heard(waiting, [message(1, { clientId: 'a', text: 'a' })]);
  for (const timeline of [byAck, byMessage]) {
    expect(seqs(timeline)).toEqual([1]);
    expect(timeline.outgoing.map(({ clientId }) => clientId)).toEqual(['b']);
  }
  expect(acknowledged(byMessage, 'a', { id: 'm1', seq: 1 })).toBe(byMessage);
  expect(said(byMessage, out('a'))).toBe(byMessage);
});

it('a refused message is marked and can be tried again', () => {
  const failed = marked(said(EMPTY, out('a')), 'a', true);
  expect(failed.outgoing[0]!.failed).toBe(true);
  expect(marked(failed, 'a', false).outgoing[0]!.failed).toBe(false);
});

it('only our answers beyond what was looked at are new', () => {
  const timeline = heard(EMPTY, [message(1), message(2, { kind: 'reply' }), message(3), message(4, { kind: 'reply' })]);
  expect([unread(timeline, 0), unread(timeline, 2), unread(timeline, 4)]).toEqual([2, 1, 0]);
});

it('links are http and https only, without the full stop behind them', () => {
  expect(linked('see https://shop.test/a?b=1. Or javascript:alert(1), ok?')).toEqual([
    { text: 'see ', href: null },
    { text: 'https://shop.test/a?b=1', href: 'https://shop.test/a?b=1' },
    { text: '. Or javascript:alert(1), ok?', href: null },
  ]);
  expect(linked('no link')).toEqual([{ text: 'no link', href: null }]);
});
