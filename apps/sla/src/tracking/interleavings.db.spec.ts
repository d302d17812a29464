import fc from 'fast-check';
import type { Envelope, WaitView } from '#contracts';
import { AT, Story, Talk } from '../testing/story.js';

/** What may happen in one conversation; minutes pass between two steps. */
type Step = {
  after: number;
  talk: 0 | 1;
  what: 'writes' | 'mails' | 'thanks' | 'replies' | 'fails' | 'sent' | 'resolves' | 'notes';
};
/** How a run is cut into transactions. */
type Cut = { size: number; crash: boolean; again: boolean; tick: boolean };

const step = fc.record<Step>({
  after: fc.integer({ min: 0, max: 90 }),
  talk: fc.constantFrom(0, 1),
  what: fc.constantFrom(
    'writes',
    'writes',
    'mails',
    'thanks',
    'replies',
    'replies',
    'fails',
    'sent',
    'resolves',
    'notes',
  ),
});
const cut = fc.record<Cut>({
  size: fc.integer({ min: 1, max: 8 }),
  crash: fc.boolean(),
  again: fc.boolean(),
  tick: fc.boolean(),
});

interface Happening {
  at: Date;
  event: Envelope;
  topic: 'conversation' | 'delivery';
}

/** The same steps as events of two fresh conversations. */
function script(steps: Step[]): { talks: Talk[]; happenings: Happening[] } {
  const talks = [new Talk(), new Talk()];
  const replies: (Envelope<'message.replied'> | null)[] = [null, null];
  let at = AT('09:00').getTime();
  const happenings = steps.flatMap(({ after, talk: index, what }): Happening[] => {
    at += after * 60_000 + 1;
    const now = new Date(at);
    const talk = talks[index]!;
    const reply = replies[index];
    const told = (event: Envelope): Happening[] => [{ at: now, event, topic: 'conversation' }];
    const delivery = (to: 'failed' | 'sent'): Happening[] =>
      reply ? [{ at: now, event: talk.delivery(reply, to, now), topic: 'delivery' }] : [];
    if (what === 'writes') return told(talk.writes(now));
    if (what === 'mails') return told(talk.writes(now, 'email'));
    if (what === 'thanks') return told(talk.writes(now, 'sms', { courtesy: true }));
    if (what === 'notes') return told(talk.notes(now));
    if (what === 'resolves') return told(talk.status(now, 'open', 'resolved', 'no_reply_needed'));
    if (what === 'replies') {
      // the provider takes it at once; that it never does is told in delivery.db.spec.ts
      const fresh = (replies[index] = talk.replies(now));
      return [...told(fresh), { at: now, event: talk.delivery(fresh, 'sent', now), topic: 'delivery' }];
    }
    return delivery(what === 'fails' ? 'failed' : 'sent');
  });
  return { talks, happenings };
}

class Crash extends Error {}

async function run(story: Story, happenings: Happening[], cuts: Cut[], end: Date): Promise<void> {
  const done: Happening[][] = [];
  for (let i = 0, turn = 0; i < happenings.length; turn++) {
    const { size, crash, again, tick } = cuts[turn % cuts.length]!;
    const { topic } = happenings[i]!;
    const batch = happenings.slice(i, i + size);
    const same = batch.findIndex((other) => other.topic !== topic);
    if (same > 0) batch.length = same;
    story.clock.set(batch.at(-1)!.at);
    if (crash) await expect(handle(story, batch, true)).rejects.toThrow(Crash);
    await handle(story, batch);
    done.push(batch);
    if (again) for (const old of done.slice(-2)) await handle(story, old);
    if (tick) await story.tick();
    i += batch.length;
  }
  story.clock.set(end);
  await story.tick();
}

/** A process killed before COMMIT is a transaction rolled back. */
async function handle(story: Story, batch: Happening[], crash = false): Promise<void> {
  const events = batch.map(({ event }) => event);
  await story.context.db.transaction(async (tx) => {
    if (batch[0]!.topic === 'delivery') await story.tracking.handleDeliveries(tx, events);
    else await story.tracking.handleConversations(tx, events);
    if (crash) throw new Crash();
  });
}

const essence = ({ kind, state, outcome, reason, openedAt, dueAt, breachedAt, answeredAt, metAt }: WaitView) => {
  const said = outcome === 'cancelled' ? reason : null;
  return { kind, state, outcome, said, openedAt, dueAt, breachedAt, answeredAt, metAt };
};

describe('S36 whatever the interleaving', () => {
  let story: Story;
  beforeEach(async () => (story = await Story.begin()));
  afterEach(() => story.end());

  it('outcomes do not depend on batches, ticks, crashes or redeliveries; every promise ends once', async () => {
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 14 }),
      fc.array(cut, { minLength: 1, maxLength: 6 }),
      async (steps, cuts) => {
        const one = script(steps);
        const other = script(steps);
        const end = new Date((one.happenings.at(-1)?.at ?? AT('09:00')).getTime() + 48 * 3_600_000);
        await run(story, one.happenings, [{ size: 1, crash: false, again: false, tick: true }], end);
        await run(story, other.happenings, cuts, end);
        for (const [index, talk] of one.talks.entries()) {
          const twin = other.talks[index]!;
          const waits = await story.waits(twin.id);
          expect(waits.map(essence)).toEqual((await story.waits(talk.id)).map(essence));
          for (const wait of waits) {
            expect(wait.breachedAt === null ? 'kept' : wait.breachedAt).toBe(
              wait.outcome === 'breached' ? wait.dueAt : 'kept',
            );
            expect(wait.state === 'ended' ? wait.outcome : 'open').not.toBeNull();
          }
          expect(waits.filter(({ state }) => state === 'open').length).toBeLessThanOrEqual(1);
          await everyLevelOnce(story, twin.id);
        }
      },
    );
    await fc.assert(property, { numRuns: 30, seed: 20261120 });
  }, 120_000);
});

async function everyLevelOnce(story: Story, conversationId: string): Promise<void> {
  const events = await story.heard(conversationId);
  const fired = events.flatMap(({ type, payload }) => {
    const { waitId, level } = payload as { waitId: string; level: number };
    return type === 'escalation.fired' ? [`${waitId} ${level}`] : [];
  });
  expect(fired).toEqual([...new Set(fired)]);
  const breaches = events
    .filter(({ type }) => type === 'wait.breached')
    .map(({ payload }) => (payload as { waitId: string }).waitId);
  expect(breaches).toEqual([...new Set(breaches)]);
}
