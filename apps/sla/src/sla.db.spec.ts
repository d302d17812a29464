import type { Envelope, Page, PolicyView, Problem, SlaReportView, WaitView } from '#contracts';
import { FakeClock, newId } from '#kernel';
import type { AppContext } from '#platform';
import { asIdentity, eventually, runApp, type RunningApp, testInstallation, type TestInstallation } from '#testing';
import { slaMigrations, slaModule } from './index.js';
import { AT, CHANNEL, Talk } from './testing/story.js';
import type { WaitExplanation } from './waits/explanation.rules.js';

const iso = (time: string, day?: string) => AT(time, day).toISOString();
const DRAFT = {
  name: 'Fast SMS',
  rank: 1,
  scope: { channelKinds: ['sms'] },
  targets: [{ kind: 'first_response', target: 'PT3S', basis: 'clock' }],
  warnAt: [0.5],
  chain: [{ at: { overdue: 'PT0S' }, to: 'slack' }],
};

describe('the SLA surface', () => {
  let installation: TestInstallation;
  let context: AppContext;
  let app: RunningApp;
  let talk: Talk;
  const clock = new FakeClock();
  beforeEach(async () => {
    clock.set(AT('09:00'));
    installation = await testInstallation(clock);
    context = await installation.open('sla', slaMigrations);
    app = await runApp({ parts: installation.parts, modules: [slaModule(context)], contexts: [context] });
    talk = new Talk();
  });
  afterEach(async () => {
    await app.close();
    await installation.close();
  });

  async function call(method: string, path: string, body?: unknown, identity = {}): Promise<Response> {
    const headers = { ...asIdentity(identity), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    return fetch(`${app.url}/api/v1/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
  async function get<T>(path: string, identity = {}): Promise<T> {
    const response = await call('GET', path, undefined, identity);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  /** Through the log, as inbox would. */
  async function happens(...events: Envelope[]): Promise<void> {
    await context.db.transaction(async (tx) =>
      context.log.append(
        tx,
        events.map(({ type, key, payload, seq, id }) => ({ type, key, payload, seq, id, occurredAt: clock.now() })),
      ),
    );
  }
  const waits = async (query = '', identity = {}) => (await get<Page<WaitView>>(`sla/waits?${query}`, identity)).items;

  it('lists the built-in promises in rank order', async () => {
    const { items } = await get<Page<PolicyView>>('sla/policies');
    expect(items.map(({ name, targets }) => [name, targets[0]?.target])).toEqual([
      ['SMS', 'PT2H'],
      ['Social', 'PT4H'],
      ['Email', 'PT24H'],
      ['Web chat', 'PT2H'],
    ]);
    expect(items[0]!.chain.find(({ to }) => to === 'slack')?.at).toEqual({ overdue: 'PT0S' });
  });

  it('S20 an edited or deleted policy leaves the open wait as it is; the next message gets the new one', async () => {
    const policy = (await (await call('POST', 'sla/policies', DRAFT)).json()) as PolicyView;
    expect(policy).toMatchObject({ ...DRAFT, version: 1, replace: false, enabled: true });
    await happens(talk.writes(AT('09:00')));
    const [first] = await eventually(async () => (await waits()).length === 1 && waits());
    expect(first).toMatchObject({ policyId: policy.id, policyVersion: 1, dueAt: iso('09:00:03') });
    const edited = { ...policy, targets: [{ kind: 'first_response', target: 'PT1H', basis: 'clock' }] };
    expect(await (await call('PUT', `sla/policies/${policy.id}`, edited)).json()).toMatchObject({ version: 2 });
    const second = new Talk();
    await happens(second.writes(AT('09:00')));
    await eventually(async () => (await waits(`conversation=${second.id}`))[0]?.dueAt === iso('10:00'));
    expect((await call('DELETE', `sla/policies/${policy.id}`)).status).toBe(204);
    expect((await call('GET', `sla/policies/${policy.id}`)).status).toBe(404);
    const third = new Talk();
    await happens(third.writes(AT('09:00')));
    await eventually(async () => (await waits(`conversation=${third.id}`))[0]?.dueAt === iso('11:00'));
    expect((await waits(`conversation=${talk.id}`))[0]).toEqual(first);
  });

  it('tells every fault of a policy in words', async () => {
    const faulty = {
      name: '',
      scope: { channelKinds: ['fax'] },
      targets: [{ kind: 'resolution', target: 'soon' }],
      chain: [{ at: {}, to: 'boss' }],
      hack: 1,
    };
    const response = await call('POST', 'sla/policies', faulty);
    const problem = (await response.json()) as Problem;
    expect(response.status).toBe(400);
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual([
      ...['chain.0.at', 'chain.0.to', 'hack', 'name', 'scope.channelKinds', 'targets.0.kind', 'targets.0.target'],
    ]);
    const business = { ...DRAFT, targets: [{ kind: 'first_response', target: 'PT2H', basis: 'business' }] };
    expect(await (await call('POST', 'sla/policies', business)).json()).toMatchObject({
      status: 400,
      code: 'calendars_not_available',
    });
    for (const body of [
      null,
      [],
      'x',
      { ...DRAFT, targets: [null] },
      { ...DRAFT, scope: { __proto__: null, constructor: ['x'] } },
    ])
      expect((await call('POST', 'sla/policies', body)).status).toBe(400);
    expect((await call('POST', 'sla/policies', DRAFT, { role: 'lead' })).status).toBe(403);
  });

  it('breaches by itself, tells the log at once, and explains the wait', async () => {
    await happens(talk.writes(AT('08:00'), 'email'), talk.writes(AT('09:00')));
    await eventually(async () => (await waits()).length === 1);
    clock.set(AT('11:00:00.001'));
    const [wait] = await eventually(async () => (await waits('outcome=breached')).length === 1 && waits());
    const explanation = await get<WaitExplanation>(`sla/waits/${wait!.id}/explanation`);
    expect(explanation.spans.map(({ seconds, counted, why }) => [seconds, counted, why])).toEqual([
      [3600, false, 'before_deadline_message'],
      [7200, true, 'clock_runs'],
      [0.001, true, 'overdue'],
    ]);
    expect(explanation.countedSecondsAtDueAt).toBe(wait!.targetSeconds);
    expect(explanation.policies.map(({ name, verdict, because }) => [name, verdict, because])).toEqual([
      ['SMS', 'won', null],
      ['Social', 'no_match', 'channel'],
      ['Email', 'no_match', 'channel'],
      ['Web chat', 'no_match', 'channel'],
    ]);
    expect(explanation.ledger.map(({ type }) => type)).toEqual([
      'wait.opened',
      'wait.extended',
      'escalation.fired',
      'wait.breached',
      'escalation.fired',
    ]);
  });

  it('pages by keyset, filters, and refuses what is no filter', async () => {
    const talks = Array.from({ length: 5 }, () => new Talk());
    await happens(...talks.map((one, i) => one.writes(AT(`09:00:0${i}`))));
    await eventually(async () => (await waits()).length === 5);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<WaitView> = await get(`sla/waits?limit=2&cursor=${cursor}`);
      seen.push(...page.items.map(({ conversationId }) => conversationId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(talks.map(({ id }) => id).toReversed());
    expect(await waits('channel=sms')).toHaveLength(5);
    expect(await waits(`channel=${CHANNEL.email}`)).toEqual([]);
    expect(await waits(`conversation=${encodeURIComponent("x' or 1=1 --")}`)).toEqual([]);
    for (const query of [
      'state=waiting',
      'outcome=lost',
      'cursor=abc',
      'limit=0',
      'hour=24',
      'weekday=0',
      'tz=Nowhere',
      'from=yesterday',
      'state=open&state=ended',
    ])
      expect((await call('GET', `sla/waits?${query}`)).status).toBe(400);
  });

  it('shows agents only what they may see, in lists, exports and figures', async () => {
    const team = newId();
    const me = newId();
    const secret = new Talk();
    secret.facts = {
      ...secret.facts,
      customer: { id: newId(), displayName: 'Hidden' },
      audience: { ...secret.facts.audience, channelTeamIds: [newId()] },
    };
    await happens(talk.writes(AT('09:00')), secret.writes(AT('09:00')));
    await eventually(async () => (await waits()).length === 2);
    const agent = { role: 'agent', personId: me, teamIds: [team] };
    const [hidden] = await waits(`conversation=${secret.id}`);
    expect((await waits('', agent)).map(({ conversationId }) => conversationId)).toEqual([talk.id]);
    expect((await call('GET', `sla/waits/${hidden!.id}/explanation`, undefined, agent)).status).toBe(404);
    expect(await (await call('GET', 'sla/waits.csv', undefined, agent)).text()).not.toContain('Hidden');
    const period = `from=${iso('08:00')}&to=${iso('10:00')}`;
    expect((await get<SlaReportView>(`reports/sla?${period}`, agent)).totals.open).toBe(1);
    await happens(secret.assigned(AT('09:00'), me));
    await eventually(async () => (await waits('', agent)).length === 2);
  });

  it('exports one row a wait, with formulas disarmed', async () => {
    talk.facts = { ...talk.facts, customer: { id: newId(), displayName: '=HYPERLINK("http://evil")' } };
    await happens(talk.writes(AT('09:00')));
    await eventually(async () => (await waits()).length === 1);
    const response = await call('GET', 'sla/waits.csv');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [header, row, end] = (await response.text()).split('\r\n');
    expect(header).toMatch(/^id,conversationId,customerId,customerName,/);
    expect(row).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(end).toBe('');
  });

  it('reports in the words of interface.md, as JSON and CSV', async () => {
    await happens(talk.writes(AT('09:00')), talk.replies(AT('09:10')));
    await eventually(async () => (await waits('outcome=met')).length === 1);
    const period = `from=${iso('00:00')}&to=${iso('23:00')}`;
    const report = await get<SlaReportView>(`reports/sla?${period}&groupBy=hour&tz=Asia/Kathmandu`);
    const firstResponse = { n: 1, medianSeconds: 600, p90Seconds: 600, p95Seconds: 600 };
    expect(report).toMatchObject({
      tz: 'Asia/Kathmandu',
      totals: { met: 1, breached: 0, open: 0, cancelled: 0, attainment: 1, firstResponse },
    });
    expect(report.groups).toEqual([expect.objectContaining({ key: '14', label: '14:00', met: 1, firstResponse })]); // 09:00Z is 14:45 there
    const csv = await (await call('GET', `reports/sla.csv?${period}&groupBy=channel`)).text();
    expect(csv.split('\r\n')[0]).toBe(
      'key,label,met,breached,open,cancelled,attainment,firstResponse.n,firstResponse.medianSeconds,firstResponse.p90Seconds,firstResponse.p95Seconds,nextResponse.n,nextResponse.medianSeconds,nextResponse.p90Seconds,nextResponse.p95Seconds',
    );
    expect(csv.split('\r\n')[1]).toMatch(/^"sms","SMS","1","0","0","0","1","1","600"/);
    for (const query of ['groupBy=mood', 'tz=%2B02:00', 'tz=Mars/Olympus', `from=${iso('10:00')}&to=${iso('09:00')}`])
      expect((await call('GET', `reports/sla?${query}`)).status).toBe(400);
    for (const groupBy of ['channel', 'account', 'agent', 'team', 'hour', 'weekday', 'tag', 'policy']) {
      const { groups, totals } = await get<SlaReportView>(`reports/sla?${period}&groupBy=${groupBy}`);
      expect([groupBy, groups.map(({ met }) => met), totals.met]).toEqual([groupBy, [1], 1]);
      const filter = { account: 'channel', agent: 'assignee' }[groupBy] ?? groupBy;
      const behind = await waits(`${period}&outcome=met&answered=true&tz=UTC&${filter}=${groups[0]!.key}`);
      expect([groupBy, behind.length]).toEqual([groupBy, 1]); // every figure opens the waits behind it
    }
    expect((await call('POST', 'reports/what-if', {})).status).toBe(404);
    expect((await call('GET', 'sla/calendars')).status).toBe(404);
  });

  it('counts open and broken promises for the scrape', async () => {
    const answered = talk.writes(AT('09:00'));
    const reply = talk.replies(AT('09:00'));
    await happens(answered, new Talk().writes(AT('09:00')), reply, talk.delivery(reply, 'sent', AT('09:00')));
    await eventually(async () => (await waits('outcome=met')).length === 1);
    await eventually(async () => (await context.log.lag()).every(({ events }) => events === 0));
    clock.set(AT('12:00'));
    await eventually(async () => (await waits('outcome=breached')).length === 1);
    const text = await (await fetch(`${app.url}/metrics`)).text();
    expect(text).toMatch(/^kairos_waits_open 1$/m);
    expect(text).toMatch(/^kairos_waits_breached_total 1$/m);
    expect(text).toMatch(/^kairos_timer_lateness_seconds_count [1-9]/m);
  });
});
