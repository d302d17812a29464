import { FakeClock } from '#kernel';
import type { AppContext } from '#platform';
import { testInstallation, type TestInstallation } from '#testing';
import type { InboxContext } from '../inbox.context.js';
import { inboxMigrations } from '../migrations/index.js';
import { sms } from '../testing/arrivals.js';
import { IntakeService } from '../threading/intake.service.js';
import { SearchService } from './search.service.js';

describe('the queue before the search index', () => {
  let installation: TestInstallation;
  let context: AppContext;
  let intake: IntakeService;
  let search: SearchService;
  beforeEach(async () => {
    installation = await testInstallation(new FakeClock());
    context = await installation.open('inbox', inboxMigrations);
    intake = new IntakeService(context as InboxContext);
    search = new SearchService(context as InboxContext);
  });
  afterEach(() => installation.close());

  const receive = (count: number) =>
    context.db.transaction((tx) =>
      intake.receive(
        tx,
        Array.from({ length: count }, (_, i) => sms('+15550001', `early ${i}`)),
      ),
    );
  const state = async () => {
    const [row] = await context.db.query<{ waiting: number; found: number; late: number }>(
      `select (select count(*)::int from search_pending) as waiting, count(*)::int as found,
              (count(*) filter (where body like '%late%'))::int as late from search_entries`,
    );
    return row!;
  };
  const indexAll = async (service: SearchService, limit: number) => {
    while (await service.index(limit));
  };
  /** A message numbered now and committed when the answer is called. */
  const late = async (): Promise<() => Promise<void>> => {
    let release: () => void = () => undefined;
    let numbered: () => void = () => undefined;
    const go = new Promise<void>((resolve) => (release = resolve));
    const isNumbered = new Promise<void>((resolve) => (numbered = resolve));
    const done = context.db.transaction(async (tx) => {
      await intake.receive(tx, [sms('+15550002', 'late')]);
      numbered();
      await go;
    });
    await isNumbered;
    return async () => {
      release();
      await done;
    };
  };

  it('is emptied turn by turn, and every message is in the index once', async () => {
    await receive(30);
    expect(await search.index(7)).toBe(true);
    expect(await state()).toEqual({ waiting: 23, found: 7, late: 0 });
    await indexAll(search, 7);
    expect(await state()).toEqual({ waiting: 0, found: 30, late: 0 });
    expect(await search.index(7)).toBe(false);
  });

  it('says that there are no more only after a look from the beginning: what was committed late is found', async () => {
    const commit = await late();
    await receive(20);
    expect(await search.index(10)).toBe(true);
    await commit();
    expect(await search.index(10)).toBe(true);
    expect((await state()).late).toBe(0);
    await indexAll(search, 10);
    expect(await state()).toEqual({ waiting: 0, found: 21, late: 1 });
  });

  it('finds what was committed late although the queue never runs empty', async () => {
    const commit = await late();
    await receive(40);
    await search.index(1);
    await commit();
    for (let turn = 0; turn < 20; turn++) await search.index(1);
    expect(await state()).toMatchObject({ late: 1, waiting: 20 });
  });

  it('goes on where another process was stopped, or beside it', async () => {
    const commit = await late();
    await receive(40);
    await search.index(5);
    await commit();
    const next = new SearchService(context as InboxContext);
    await next.index(1);
    expect(await state()).toEqual({ waiting: 35, found: 6, late: 1 });
    await Promise.all([indexAll(search, 5), indexAll(next, 5)]);
    expect(await state()).toEqual({ waiting: 0, found: 41, late: 1 });
  });
});
