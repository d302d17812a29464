import { onOutcome, put, release, undo } from './outbox.js';
import type { Outgoing } from './outbox.js';
import { clearState, readState } from './store.js';
import type { Pending } from './state.rules.js';

type Answer = { status: number; body: unknown };

/** The far end: what it was asked, and what it will answer next. */
const asked: { path: string; body: Record<string, unknown> }[] = [];
let answers: Answer[] = [];
const realFetch = globalThis.fetch;

beforeEach(() => {
  clearState();
  asked.length = 0;
  answers = [];
  globalThis.fetch = ((path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)) as Record<string, unknown> });
    const { status, body } = answers.shift() ?? { status: 202, body: { id: 'm1', seq: 3 } };
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': type } }));
  }) as typeof fetch;
});
afterAll(() => {
  globalThis.fetch = realFetch;
});

const reply: Outgoing = {
  conversationId: 'c1',
  kind: 'reply',
  text: 'On its way.',
  channelId: 'ch1',
  attachments: [],
  recipients: null,
  seenSeq: 2,
  confirm: false,
};

/** What becomes of the next message. */
const fate = (begun = false) =>
  new Promise<{ word: string; pending: Pending; more?: unknown }>((resolve) => {
    onOutcome({
      sent: (pending) => resolve({ word: 'sent', pending }),
      crossed: (pending, newer) => resolve({ word: 'crossed', pending, more: newer }),
      refused: (pending, error) => resolve({ word: 'refused', pending, more: error }),
      begun: () => begun,
    });
  });

describe('a reply on its way', () => {
  it('is held, can be taken back with its words, and then never leaves', () => {
    const pending = put(reply);
    expect(readState().pending.map((item) => item.state)).toEqual(['holding']);
    expect(undo(pending.clientId)?.text).toBe('On its way.');
    expect(readState().pending).toEqual([]);
    expect(asked).toEqual([]);
    expect(undo(pending.clientId)).toBeUndefined();
  });

  it('leaves once when it is sent at once, with what its author had seen', async () => {
    const outcome = fate();
    const pending = put(reply);
    release(pending.clientId);
    release(pending.clientId);
    expect((await outcome).word).toBe('sent');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      path: '/api/v1/conversations/c1/replies',
      body: { clientId: pending.clientId, text: 'On its way.', channelId: 'ch1', seenSeq: 2, keepDraft: false },
    });
    expect(asked[0]?.body).not.toHaveProperty('confirm');
  });

  it('leaves the draft alone when its author has begun the next one', async () => {
    const outcome = fate(true);
    release(put(reply).clientId);
    await outcome;
    expect(asked[0]?.body).toMatchObject({ text: 'On its way.', keepDraft: true });
  });

  it('comes back with the newer messages when somebody wrote before', async () => {
    answers = [{ status: 409, body: { code: 'newer_messages', newer: [{ id: 'm2', seq: 3, text: 'Never mind' }] } }];
    const outcome = fate();
    release(put(reply).clientId);
    expect(await outcome).toMatchObject({ word: 'crossed', more: [{ seq: 3 }], pending: { text: 'On its way.' } });
    expect(readState().pending).toEqual([]);
  });

  it('comes back in words when it is refused', async () => {
    answers = [{ status: 400, body: { code: 'empty_reply', detail: 'Write something.' } }];
    const outcome = fate();
    release(put(reply).clientId);
    expect(await outcome).toMatchObject({ word: 'refused', more: { code: 'empty_reply', detail: 'Write something.' } });
  });
});

describe('a note', () => {
  it('is kept at once and goes nowhere near the customer', async () => {
    const outcome = fate();
    put({ ...reply, kind: 'note', channelId: null });
    expect((await outcome).word).toBe('sent');
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/conversations/c1/notes']);
  });
});
