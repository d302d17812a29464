import { newId } from '#kernel';
import type { Pending } from '../pending.js';
import { type RecentEvents, rememberAppended, shareRecent } from './recent-events.js';

const row = (position: number, envelope: string | null = text(position), eventId = `event ${position}`) => ({
  eventId,
  position: String(position),
  envelope,
  held: false,
  handled: false,
});
const text = (position: number, filling = '') =>
  JSON.stringify({ id: newId(), type: 'customer.changed', key: 'k', payload: { position, filling } });

describe('what several groups of a process read of one topic', () => {
  let recent: RecentEvents;
  let releases: (() => void)[];
  beforeEach(() => {
    const [first, second] = [shareRecent('postgres://here', 'topic'), shareRecent('postgres://here', 'topic')];
    expect(second[0]).toBe(first[0]);
    recent = first[0];
    releases = [first[1], second[1]];
  });
  afterEach(() => releases.forEach((release) => release()));

  it('is fetched and decoded for the first of them only', () => {
    const [first] = recent.complete([row(7), row(8)])!;
    expect(recent.known()).toEqual(['7', '8']);
    const [again, , third] = recent.complete([row(7, null), row(8, null), row(9)])!;
    expect(again!.decoded.read()).toBe(first!.decoded.read());
    expect(again!.envelope).toBe(first!.envelope);
    expect(third!.decoded.read().payload).toMatchObject({ position: 9 });
    expect(recent.known()).toEqual(['7', '9']);
  });

  it('has no gaps: after a leap it begins anew, and a group far behind changes nothing', () => {
    recent.complete([row(1), row(2)]);
    recent.complete([row(5), row(6)]);
    expect(recent.known()).toEqual(['5', '6']);
    recent.complete([row(1), row(2)]);
    expect(recent.known()).toEqual(['5', '6']);
  });

  it('stays small, and asks for what it has forgotten', () => {
    for (let n = 1; n <= 10; n++) recent.complete([row(n, text(n, 'x'.repeat(1_000_000)))]);
    expect(recent.known()).toEqual(['7', '10']);
    expect(recent.complete([row(6, null), row(7, null)])).toBeNull();
  });

  it('is read again where the database lost its last commits and gave their positions to other events', () => {
    recent.complete([row(1), row(2)]);
    expect(recent.complete([row(1, null), row(2, null, 'another event')])).toBeNull();
    expect(recent.known()).toEqual(['1', '0']);
    recent.complete([row(2, text(2), 'another event')]);
    expect(recent.complete([row(2, null, 'another event')])).toHaveLength(1);
  });

  it('is neither fetched nor decoded when this process has appended it', () => {
    const event = { id: 'event 8', payload: { position: 8 } } as never;
    const pending: Pending = {
      topics: ['topic', 'another', 'topic'],
      ids: ['event 8', 'event 1', 'event 9'],
      types: [],
      keys: [],
      envelopes: [text(8), text(1), text(9)],
      events: [event, null, null],
      consumed: null,
      moved: null,
    };
    rememberAppended('postgres://here', pending, [
      { topic: 'topic', base: '7' },
      { topic: 'another', base: '0' },
    ]);
    expect(recent.known()).toEqual(['8', '9']);
    const [eighth, ninth] = recent.complete([row(8, null), row(9, null)])!;
    expect(eighth!.decoded.read()).toBe(event);
    expect(ninth!.decoded.read().payload).toMatchObject({ position: 9 });
    expect(recent.complete([row(8, null, 'another event')])).toBeNull();
  });

  it('is kept for no group that is alone', () => {
    releases.pop()!();
    recent.complete([row(1)]);
    expect(recent.known()).toEqual(['1', '0']);
  });
});
