import type { Envelope } from '#contracts';
import { AT, Story, Talk } from '../testing/story.js';

const TABLES = ['conversations', 'waits', 'escalations', 'ledger'] as const;
type Moves = Record<(typeof TABLES)[number], { added: number; changed: number; inPlace: number }>;

describe('the lock of a conversation', () => {
  let story: Story;
  let other: ReturnType<Story['secondProcess']>;
  let talk: Talk;
  beforeEach(async () => {
    story = await Story.begin();
    other = story.secondProcess();
    talk = new Talk();
  });
  afterEach(() => story.end());

  const otherHears = (event: Envelope) =>
    story.context.db.transaction((tx) => other.tracking.handleConversations(tx, [event]));
  const otherHearsDelivery = (event: Envelope) =>
    story.context.db.transaction((tx) => other.tracking.handleDeliveries(tx, [event]));
  /** This process has decided and not yet written when `meanwhile` happens. */
  const hearsWhile = (event: Envelope, meanwhile: () => Promise<void>) =>
    story.context.db.transaction(async (tx) => {
      await story.tracking.handleConversations(tx, [event]);
      await meanwhile();
    });

  it('whoever waited for it decides by what was written under it', async () => {
    await story.hears(talk.writes(AT('09:00'), 'email'));
    let answered: Promise<void> | null = null;
    await hearsWhile(talk.writes(AT('09:01')), async () => {
      answered = otherHears(talk.replies(AT('09:02')));
      await new Promise((done) => setTimeout(done, 200));
    });
    await answered;
    const [wait] = await story.waits(talk.id);
    expect(wait).toMatchObject({ state: 'ended', outcome: 'met', dueAt: AT('11:01').toISOString() });
  });

  it('a conversation that two make at once is refused to the second, who finds the first one there', async () => {
    const writes = talk.writes(AT('09:00'));
    const reply = talk.replies(AT('09:05'));
    await story.hears(new Talk().writes(AT('09:00'))); // others in the batch are nothing to it
    const failed = talk.delivery(reply, 'failed', AT('09:06'));
    const lost = hearsWhile(writes, () => otherHearsDelivery(failed));
    await expect(lost).rejects.toMatchObject({ code: '23505' });
    expect(await story.waits(talk.id)).toEqual([]);
    await story.hears(writes, reply);
    expect(await story.wait(talk.id)).toMatchObject({ state: 'open', outcome: null });
  });

  it('the timer and a reply: the second one sees what the first has done', async () => {
    await story.hears(talk.writes(AT('09:00')));
    story.at('11:00:00.001');
    let fired: Promise<number> | null = null;
    await hearsWhile(talk.replies(AT('11:00')), async () => {
      fired = other.worker.tick(); // passes by what is locked
      expect(await fired).toBe(0);
    });
    expect(await other.worker.tick()).toBe(0);
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', breachedAt: null });
  });

  it('a reply that is only heard of counts up the revision like any other change', async () => {
    const revision = async () =>
      (
        await story.context.db.query<{ revision: string }>('select revision from conversations where id = $1', [
          talk.id,
        ])
      )[0]?.revision;
    const reply = talk.replies(AT('09:00'));
    await story.hears(reply);
    expect(await revision()).toBe('0');
    await story.hearsDelivery(talk.delivery(reply, 'sent', AT('09:01')));
    expect(await revision()).toBe('1');
    await story.hears(reply);
    expect(await revision()).toBe('1');
  });

  it('a batch is one statement to read and one a table to write, in place where a customer writes once more', async () => {
    const talks = Array.from({ length: 100 }, () => new Talk());
    await story.hears(talk.writes(AT('09:00'))); // the policies are read once
    const opened = await costOf(() => story.hears(...talks.map((one) => one.writes(AT('09:00')))));
    expect(opened.statements).toBe(3); // with the log's append
    expect(opened.moves.waits).toEqual({ added: 100, changed: 0, inPlace: 0 });
    expect(opened.moves.conversations).toEqual({ added: 100, changed: 0, inPlace: 0 });
    expect(opened.moves.escalations.added).toBe(400);
    const extended = await costOf(() => story.hears(...talks.map((one) => one.writes(AT('09:01')))));
    expect(extended.statements).toBe(2); // nobody is told
    expect(extended.moves).toEqual({
      conversations: { added: 0, changed: 100, inPlace: 100 },
      waits: { added: 0, changed: 100, inPlace: 100 },
      escalations: { added: 0, changed: 0, inPlace: 0 },
      ledger: { added: 100, changed: 0, inPlace: 0 },
    });
  });

  async function costOf(work: () => Promise<void>): Promise<{ statements: number; moves: Moves }> {
    const before = await moves();
    const { statements } = story.context.db.count;
    await work();
    const counted = story.context.db.count.statements - statements;
    const after = await moves();
    const less = (table: keyof Moves) => ({
      added: after[table].added - before[table].added,
      changed: after[table].changed - before[table].changed,
      inPlace: after[table].inPlace - before[table].inPlace,
    });
    return { statements: counted, moves: Object.fromEntries(TABLES.map((table) => [table, less(table)])) as Moves };
  }

  async function moves(): Promise<Moves> {
    await story.context.db.query('select pg_stat_force_next_flush()');
    const rows = await story.context.db.query<{ table: string; added: number; changed: number; inPlace: number }>(
      `select relname as "table", n_tup_ins::int as added, n_tup_upd::int as changed, n_tup_hot_upd::int as "inPlace"
       from pg_stat_user_tables where schemaname = 'sla' and relname = any($1)`,
      [[...TABLES]],
    );
    return Object.fromEntries(rows.map(({ table, ...counts }) => [table, counts])) as Moves;
  }
});
