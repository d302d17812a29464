import fc from 'fast-check';
import type { ChangeView, MessageView } from '#contracts';
import { apply, applyAll } from './apply.rules.js';
import { ModelServer } from './model-server.js';
import type { Step } from './model-server.js';
import { markLacking, takeConversations, takeMessages } from './snapshot.rules.js';
import { emptyState } from './state.rules.js';
import type { SyncState } from './state.rules.js';

const on = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ do: 'open' }),
  fc.record({ do: fc.constant('receive' as const), on, channel: fc.nat({ max: 2 }) }),
  fc.record({ do: fc.constant('reply' as const), on }),
  fc.record({ do: fc.constant('note' as const), on }),
  fc.record({ do: fc.constant('assign' as const), on, to: fc.constantFrom('p1', 'p2', null) }),
  fc.record({ do: fc.constant('priority' as const), on, to: fc.constantFrom('low' as const, 'urgent' as const) }),
  fc.record({ do: fc.constant('tags' as const), on, to: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')) }),
  fc.record({
    do: fc.constant('status' as const),
    on,
    to: fc.constantFrom('open' as const, 'snoozed' as const, 'resolved' as const),
  }),
  fc.record({ do: fc.constant('rename' as const), on, to: fc.constantFrom('Eleni', 'Ελένη') }),
  fc.record({ do: fc.constant('wait' as const), on, minutes: fc.option(fc.integer({ min: 1, max: 200 })) }),
);
const steps = fc.array(step, { maxLength: 30 });

/** A page that loaded `server` as it is now. Much later than its events, so that no clock lag is assumed. */
const load = (server: ModelServer, old: SyncState = emptyState()): SyncState =>
  takeConversations(old, Object.values(server.snapshot()), Date.UTC(2030, 0));

function story(before: Step[], after: Step[]): { page: SyncState; missed: ChangeView[]; server: ModelServer } {
  const server = new ModelServer();
  server.run({ do: 'open' });
  for (const item of before) server.run(item);
  const page = load(server);
  const from = server.events.length;
  for (const item of after) server.run(item);
  return { page, missed: server.events.slice(from), server };
}

/** What the page shows of the conversations it knows, beside what the server has of them. */
function expectSame(page: SyncState, server: ModelServer): void {
  const truth = server.snapshot();
  for (const [id, view] of Object.entries(page.conversations)) expect(view).toEqual(truth[id]);
}

describe('apply(old, events) = refetch', () => {
  it('holds for any run of events after any snapshot', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const { page, missed, server } = story(before, after);
        const next = applyAll(page, missed);
        expectSame(next, server);
        expect(next.stale).toEqual({});
        // What was opened since is not guessed at but asked for.
        const opened = Object.keys(server.snapshot()).filter((id) => !page.conversations[id]);
        expect(Object.keys(next.unknown).sort()).toEqual(opened.sort());
      }),
    );
  });

  it('holds when conversation events come again: known versions are dropped', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const { page, missed, server } = story(before, after);
        const versioned = missed.filter((change) => change.version !== null);
        expectSame(applyAll(applyAll(page, missed), versioned), server);
      }),
    );
  });

  it('sees any lost conversation event as a gap, shows nothing wrong, and one refetch mends it', () => {
    fc.assert(
      fc.property(steps, steps, fc.nat(), (before, after, which) => {
        const { page, missed, server } = story(before, after);
        const candidates = missed.filter(
          (change) => change.version !== null && page.conversations[change.conversationId!],
        );
        const lost = candidates[which % Math.max(1, candidates.length)];
        const later = missed.filter((change) => change !== lost);
        const next = applyAll(page, later);
        const followed =
          lost && later.some((c) => c.conversationId === lost.conversationId && c.version! > lost.version!);
        if (followed) expect(next.stale[lost.conversationId!]).toBeGreaterThan(lost.version!);
        expectSame(load(server, next), server);
        expect(load(server, next).stale).toEqual({});
      }),
    );
  });

  it('keeps asking while the refetched conversation is older than the gap', () => {
    const { page, missed, server } = story(
      [],
      [
        { do: 'receive', on: 0, channel: 0 },
        { do: 'receive', on: 0, channel: 1 },
      ],
    );
    const gap = apply(page, missed[1]!);
    const old = { ...server.snapshot().c1!, version: 2 };
    const still = takeConversations(gap, [old], Date.UTC(2030, 0));
    expect(still.stale).toEqual({ c1: 3 });
    expect(load(server, still).stale).toEqual({});
  });
});

describe('conversations that are joined and parted', () => {
  it('a merge that is taken back asks for both sides again: the other one loses its link without an event', () => {
    const { page, server } = story([{ do: 'open' }], []);
    const { c1, c2 } = server.snapshot();
    const { customer, status, priority, tags, subject, seq } = c1!;
    const next = apply(page, {
      id: 'e-unmerged',
      type: 'conversation.unmerged',
      conversationId: 'c1',
      seq: seq + 1,
      version: c1!.version + 1,
      occurredAt: '2026-11-21T11:00:00.000Z',
      payload: {
        conversation: { customer, status, priority, tags, subject, audience: { assigneeId: null, teamId: null } },
        fromId: 'c2',
      },
    });
    expect(next.stale).toEqual({ c1: c1!.version + 1, c2: c2!.version });
  });

  it('an answer that counts a line the open thread lacks has it fetched, and a thread that is whole is left alone', () => {
    const { page } = story([], []);
    const message = (number: number) => ({ id: `m${number}`, seq: number, delivery: null }) as MessageView;
    const whole = takeMessages(page, 'c1', [message(1)]);
    const view = page.conversations.c1!;
    expect(markLacking(whole, [{ ...view, seq: 1 }]).behind).toEqual({});
    expect(markLacking(whole, [{ ...view, seq: 2 }]).behind).toEqual({ c1: true });
    expect(markLacking(page, [{ ...view, seq: 2 }]).behind).toEqual({});
  });
});

describe('a snapshot and the events around it', () => {
  it('an older snapshot never takes back what an event has told', () => {
    const { page, missed, server } = story([], [{ do: 'priority', on: 0, to: 'urgent' }]);
    const before = Object.values(page.conversations);
    const next = takeConversations(applyAll(page, missed), before, Date.UTC(2030, 0));
    expectSame(next, server);
  });

  it('a wait that was answered a moment ago stays answered, though inbox has not heard of it yet', () => {
    const { page, missed } = story([{ do: 'wait', on: 0, minutes: 30 }], [{ do: 'wait', on: 0, minutes: null }]);
    const stale = Object.values(page.conversations);
    expect(stale[0]?.due).not.toBeNull();
    const answered = applyAll(page, missed);
    const justNow = Date.parse(missed[0]!.occurredAt) + 2_000;
    expect(takeConversations(answered, stale, justNow).conversations.c1?.due).toBeNull();
  });
});

describe('a thread', () => {
  const message = (seq: number, state: 'sent' | 'delivered' = 'sent') =>
    ({ id: `m${seq}`, seq, delivery: { state, reason: null, providerId: null } }) as MessageView;
  const withThread = (): SyncState => {
    const { page } = story([], []);
    return takeMessages(page, 'c1', [message(1), message(2)]);
  };
  const delivery = (messageId: string): ChangeView => ({
    id: 'd1',
    type: 'delivery.changed',
    conversationId: 'c1',
    seq: null,
    version: null,
    occurredAt: '2026-11-21T11:00:00.000Z',
    payload: { messageId, to: 'delivered', reason: null, providerId: 'x' },
  });

  it('shows a delivery state the moment it is told', () => {
    const next = apply(withThread(), delivery('m2'));
    expect(next.threads.c1?.messages[1]?.delivery?.state).toBe('delivered');
    expect(next.behind).toEqual({});
  });

  it('fetches what is newer when the delivery is of a message it has not got', () => {
    expect(apply(withThread(), delivery('m9')).behind).toEqual({ c1: true });
  });

  it('shows a message that was set aside as an ordinary one, the moment somebody says so', () => {
    const { page } = story([], []);
    const set = { ...message(2), automatic: false, courtesy: true };
    const open = takeMessages(page, 'c1', [message(1), set]);
    const { version } = open.conversations.c1!;
    const said = (at: number) => apply(open, { ...delivery('m2'), type: 'message.corrected', version: at });
    expect(said(version + 1).threads.c1?.messages.map(({ courtesy }) => courtesy)).toEqual([undefined, false]);
    expect(said(version + 1).behind).toEqual({ c1: true });
    // who said it has the conversation already as it is afterwards
    expect(said(version).threads.c1?.messages.map(({ courtesy }) => courtesy)).toEqual([undefined, false]);
  });

  it('is behind after anything that took a number', () => {
    const { page, missed } = story([], [{ do: 'assign', on: 0, to: 'p1' }]);
    const open = takeMessages(page, 'c1', [message(1)]);
    expect(applyAll(open, missed).behind).toEqual({ c1: true });
  });

  it('joins stretches in order, the server’s word last, and drops what a split moved away', () => {
    const joined = takeMessages(withThread(), 'c1', [message(3), message(2, 'delivered')]);
    expect(joined.threads.c1?.messages.map(({ seq, delivery: d }) => [seq, d?.state])).toEqual([
      [1, 'sent'],
      [2, 'delivered'],
      [3, 'sent'],
    ]);
    const split = takeMessages(joined, 'c1', [message(1)], { whole: true });
    expect(split.threads.c1?.messages).toHaveLength(1);
  });
});
