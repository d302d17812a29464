import type { DestinationView, Page } from '#contracts';
import { asIdentity, eventually, HOSTILE_HOSTS, HOSTILE_URLS } from '#testing';
import { channelOf, type NotifierUnderTest, notifierUnderTest } from '../testing/notifier-app.js';

describe('alert destinations', () => {
  let notifier: NotifierUnderTest;
  beforeEach(
    async () => (notifier = await notifierUnderTest({ SLACK_BOT_TOKEN: 'xoxb-env', SLACK_CHANNEL: 'C0ENV123' })),
  );
  afterEach(() => notifier.close());

  const call = async (method: string, path: string, body?: unknown, identity = {}) => {
    const response = await fetch(`${notifier.app.url}/api/v1/alerts/destinations${path}`, {
      method,
      headers: { ...asIdentity(identity), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, json: (text ? JSON.parse(text) : null) as unknown, text };
  };
  const list = async () => (await call('GET', '')).json as Page<DestinationView>;

  it('the environment makes the first one, once, and its token never comes back', async () => {
    await notifier.restart();
    const { items } = await list();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: 'slack', config: { channel: 'C0ENV123' }, state: 'live' });
    expect(JSON.stringify(items)).not.toContain('xoxb');
    const rows = await notifier.context.db.query('select * from destinations');
    expect(JSON.stringify(rows)).not.toContain('xoxb');
    await call('DELETE', `/${items[0]!.id}`);
    await notifier.restart();
    expect((await list()).items).toHaveLength(0);
  });

  it('each kind is made, changed, tested and removed; the test tells what the far end said', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    await eventually(async () => (await notifier.context.db.query('select 1 from channels')).length);
    const slack = await call('POST', '', {
      kind: 'slack',
      name: 'Breaches',
      config: { channel: '#breaches' },
      secrets: { botToken: 'xoxb-2' },
    });
    expect(slack.status).toBe(201);
    const { id } = slack.json as DestinationView;
    expect((await call('POST', `/${id}/test`)).json).toEqual({ ok: true, said: expect.stringContaining('C0BREACHES') });
    expect(notifier.slack.posts()[0]!.headers.authorization).toBe('Bearer xoxb-2');
    notifier.slack.errors['chat.postMessage'] = 'not_in_channel';
    expect((await call('POST', `/${id}/test`)).json).toMatchObject({
      ok: false,
      said: expect.stringContaining('invite'),
    });
    expect((await call('GET', `/${id}`)).json).toMatchObject({ state: 'failing' });
    expect((await call('PATCH', `/${id}`, { name: 'Late' })).json).toMatchObject({ name: 'Late', state: 'live' });
    for (const [kind, config] of [
      ['email', { address: 'boss@shop.test' }],
      ['sms', { address: '+40 711 111 111' }],
    ] as const) {
      const made = (await call('POST', '', { kind, name: kind, config })).json as DestinationView;
      expect((await call('POST', `/${made.id}/test`)).json).toMatchObject({ ok: true });
    }
    expect(notifier.mail.mails[0]!.to).toEqual(['boss@shop.test']);
    expect(notifier.twilio.sent()[0]!.args['To']).toBe('+40711111111');
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', `/${id}`)).status).toBe(404);
    expect((await list()).items).toHaveLength(3);
  });

  it.each([
    [{}],
    [{ kind: 'pigeon', name: 'x', config: {} }],
    [{ kind: 'slack', name: 'x', config: { channel: '#a' } }],
    [{ kind: 'email', name: 'x', config: { address: 'nobody' } }],
    [{ kind: 'sms', name: 'x', config: { address: '12' } }],
    [{ kind: 'email', name: 'a\r\nBcc: x@y.z', config: { address: 'a@b.c' } }],
  ])('refuses %j in words', async (body) => {
    const answer = await call('POST', '', body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid_destination' });
  });

  it('C calls nothing inside a network, however it is spelled', async () => {
    for (const url of [...HOSTILE_HOSTS.map((host) => `http://${host}:8080/`), ...HOSTILE_URLS]) {
      const answer = await call('POST', '', { kind: 'webhook', name: 'x', config: { url } });
      expect([url, answer.status, (answer.json as { code: string }).code]).toEqual([url, 400, 'invalid_destination']);
    }
  });

  it('refuses a list where an object belongs', async () => {
    const answer = await call('POST', '', []);
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([400, 'not_an_object']);
  });

  it('is for managers', async () => {
    expect((await call('GET', '', undefined, { role: 'lead' })).status).toBe(403);
    expect((await call('POST', '', { kind: 'email' }, { role: 'agent' })).status).toBe(403);
    expect((await call('GET', '/not-an-id')).status).toBe(404);
  });
});
