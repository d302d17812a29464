import type { EscalationFired } from '#contracts';
import { FakeClock } from '#kernel';
import { eventually } from '#testing';
import {
  answerTo,
  channelOf,
  escalation,
  type NotifierUnderTest,
  notifierUnderTest,
  personOf,
} from '../testing/notifier-app.js';
import { NoticeWorker } from './notice.worker.js';

const readable = (raw: string) =>
  raw
    .replace(/=\r?\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'));

describe('telling people', () => {
  let notifier: NotifierUnderTest;
  beforeEach(async () => (notifier = await notifierUnderTest({}, new FakeClock('2026-11-20T09:00:00Z'))));
  afterEach(() => notifier.close());

  const fire = (...fired: EscalationFired[]) =>
    notifier.sayAll(fired.map((payload) => ({ type: 'escalation.fired', key: payload.conversationId, payload })));
  const later = (ms: number) => {
    (notifier.clock as FakeClock).advance(ms);
    notifier.app.app.get(NoticeWorker).wake();
  };
  const alerts = () =>
    notifier.context.db.query<{ kind: string; target: string; state: string; why: string | null }>(
      'select kind, target, state, why from alerts order by kind, target',
    );

  it('the first level stays in the app: recorded, nothing leaves', async () => {
    const agent = personOf('agent');
    await notifier.say('person.changed', agent.id, agent);
    await eventually(async () => (await notifier.context.db.query('select 1 from people')).length);
    await fire(escalation(notifier.clock, { level: 1, to: 'assignee', assigneeId: agent.id, breached: false }));
    await eventually(async () => (await alerts()).length === 1);
    expect(await alerts()).toEqual([{ kind: 'in_app', target: agent.id, state: 'recorded', why: null }]);
    expect(notifier.mail.mails).toHaveLength(0);
  });

  it('what breaks together is one mail to a lead, in his language and zone, every customer with a link', async () => {
    const lead = personOf('lead', { language: 'el', timeZone: 'Europe/Athens' });
    await notifier.say('person.changed', lead.id, lead);
    await eventually(async () => (await notifier.context.db.query('select 1 from people')).length);
    const fired = ['Ζωή & <b>', 'Kovács Éva', 'سارا'].map((customerName) =>
      escalation(notifier.clock, { to: 'lead', level: 3, customerName, dueAt: '2026-11-20T08:30:00.000Z' }),
    );
    await fire(...fired);
    await eventually(() => notifier.mail.mails.length === 1);
    const raw = Buffer.from(notifier.mail.mails[0]!.raw).toString('utf8');
    const body = /base64/i.test(raw)
      ? Buffer.from(raw.split('\r\n\r\n').slice(1).join(''), 'base64').toString('utf8')
      : readable(raw);
    for (const one of fired) {
      expect(body).toContain(one.customerName);
      expect(body).toContain(`http://kairos.shop.test/inbox/${one.conversationId}`);
    }
    expect(body).toContain('καθυστέρηση: 30 min');
    expect(body).toMatch(/10:30/); // Athens, not UTC
    await eventually(async () => (await alerts()).filter((alert) => alert.state === 'sent').length === 3);
  });

  it('a manager with a number gets a text as well; within ten seconds only one', async () => {
    const sms = channelOf('sms');
    const manager = personOf('manager', { phone: '+40711111111' });
    await notifier.say('channel.changed', sms.id, sms);
    await notifier.say('person.changed', manager.id, manager);
    await eventually(async () => (await notifier.context.db.query('select 1 from people, channels')).length);
    await fire(escalation(notifier.clock, { to: 'manager', level: 4, customerName: 'Ada' }));
    await eventually(() => notifier.twilio.sent().length === 1 && notifier.mail.mails.length === 1);
    expect(notifier.twilio.sent()[0]!.args).toMatchObject({ To: '+40711111111', From: '+15005550006' });
    expect(String(notifier.twilio.sent()[0]!.args['Body'])).toContain('Ada');
    await eventually(async () => (await alerts()).filter((alert) => alert.state === 'sent').length === 2);
    await fire(escalation(notifier.clock, { to: 'manager', level: 4, customerName: 'Bea' }));
    await fire(escalation(notifier.clock, { to: 'manager', level: 4, customerName: 'Cem' }));
    await eventually(async () => (await alerts()).filter((alert) => alert.state === 'queued').length === 4);
    expect(notifier.twilio.sent()).toHaveLength(1);
    later(11_000);
    await eventually(() => notifier.twilio.sent().length === 2);
    expect(String(notifier.twilio.sent()[1]!.args['Body'])).toMatch(/Bea[\s\S]*Cem/);
  });

  it('whatever the far end said against it is kept, and it is tried again', async () => {
    const sms = channelOf('sms');
    const manager = personOf('manager', { phone: '+40711111111' });
    await notifier.say('channel.changed', sms.id, sms);
    await notifier.say('person.changed', manager.id, manager);
    await eventually(async () => (await notifier.context.db.query('select 1 from people, channels')).length);
    notifier.twilio.failNext({ status: 400, body: { code: 1, message: 'no\u0000 \ud800', status: 400 } });
    await fire(escalation(notifier.clock, { to: 'manager', level: 4 }));
    const reason = await eventually(async () => {
      const said = `select reason from alerts where kind = 'sms' and reason is not null`;
      return (await notifier.context.db.query<{ reason: string }>(said))[0]?.reason;
    });
    expect(reason).toBe('no \ufffd (Twilio 1)');
    later(20_000);
    await eventually(async () => (await alerts()).some((alert) => alert.kind === 'sms' && alert.state === 'sent'));
  });

  it('the mail server is away: tried again; answered meanwhile: told no more', async () => {
    const lead = personOf('lead');
    await notifier.say('person.changed', lead.id, lead);
    await eventually(async () => (await notifier.context.db.query('select 1 from people')).length);
    notifier.mail.refuse = () => [451, 'not now'];
    const fired = [1, 2].map(() => escalation(notifier.clock, { to: 'lead', level: 3 }));
    await fire(...fired);
    await eventually(async () => (await alerts()).filter((alert) => alert.state === 'queued').length === 2);
    await notifier.say('wait.answered', fired[0]!.conversationId, answerTo(fired[0]!, notifier.clock));
    await eventually(async () => (await alerts()).some((alert) => alert.state === 'skipped'));
    notifier.mail.refuse = null;
    later(20_000);
    await eventually(() => notifier.mail.mails.length === 1);
    expect(readable(notifier.mail.mails[0]!.raw)).not.toContain(fired[0]!.conversationId);
  });

  it('nobody is there at all: kept as failed with the reason, never lost', async () => {
    await fire(escalation(notifier.clock));
    await eventually(async () => (await alerts()).length === 1);
    expect((await alerts())[0]).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('nor at any later level'),
    });
  });

  it('a worker that died with a mail in hand: the mail goes again, better twice than never', async () => {
    const lead = personOf('lead');
    await notifier.say('person.changed', lead.id, lead);
    await eventually(async () => (await notifier.context.db.query('select 1 from people')).length);
    await fire(escalation(notifier.clock, { to: 'lead', level: 3 }));
    await eventually(async () => (await alerts()).some((alert) => alert.state === 'sent'));
    await notifier.context.db.query(
      `update alerts set state = 'sending', worker = 'elsewhere/1/dead', lease_until = $1::timestamptz where kind = 'email'`,
      [notifier.clock.now()],
    );
    later(1_000);
    await eventually(() => notifier.mail.mails.length === 2);
  });
});
