import { newReplyToken, replyAddress, unseal } from '#kernel';
import type { ChannelView } from '#contracts';
import { HOSTILE_HOSTS, HOSTILE_URLS } from '#testing';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { ChannelDirectory } from './channel-directory.js';

const SMS = {
  kind: 'sms',
  name: 'Shop phone',
  config: { phoneNumber: '+15551234567', accountSid: 'AC1' },
  secrets: { authToken: 'sms-secret-one' },
};
const MAIL = { kind: 'email', name: 'Help', config: { address: 'Help@Shop.test', inbound: 'smtp' } };

describe('channels', () => {
  let gateway: GatewayHarness;
  let token: string;
  let directory: ChannelDirectory;
  beforeAll(async () => {
    gateway = await GatewayHarness.start({ PUBLIC_URL: 'https://desk.shop.test' });
    token = await gateway.token();
    directory = gateway.running.app.get(ChannelDirectory, { strict: false });
  });
  afterAll(() => gateway?.close());
  afterEach(async () => {
    const list = await gateway.call<{ items: ChannelView[] }>('GET', '/api/v1/channels', { token });
    for (const { id } of list.body.items) await gateway.call('DELETE', `/api/v1/channels/${id}`, { token });
  });

  const create = (body: unknown) =>
    gateway.call<ChannelView & { code: string; detail: string }>('POST', '/api/v1/channels', { token, body });
  const change = (id: string, body: unknown) =>
    gateway.call<ChannelView & { code: string }>('PATCH', `/api/v1/channels/${id}`, { token, body });

  it('a number is connected: the page shows what to paste, and never a secret', async () => {
    const { status, body } = await create(SMS);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'sms',
      name: 'Shop phone',
      address: '+15551234567',
      state: 'waiting',
      teamIds: [],
    });
    expect(body.webhooks.map((hook) => hook.url)).toEqual([
      `https://desk.shop.test/webhooks/sms/${body.id}`,
      `https://desk.shop.test/webhooks/sms/${body.id}/status`,
    ]);
    const read = await gateway.call('GET', `/api/v1/channels/${body.id}`, { token });
    expect(read.body).toEqual(body);
    expect(JSON.stringify([body, read.body])).not.toContain('sms-secret');
  });

  it('C replies go to no address inside a network, however it is spelled', async () => {
    for (const replyUrl of [...HOSTILE_HOSTS.map((host) => `http://${host}:8080/`), ...HOSTILE_URLS]) {
      const { status, body } = await create({ kind: 'custom', name: 'x', config: { replyUrl } });
      expect([replyUrl, status, body.code]).toEqual([replyUrl, 400, 'invalid_channel_config']);
      expect(body).toMatchObject({ errors: [{ path: 'config.replyUrl' }] });
    }
    const { body } = await create({ kind: 'custom', name: 'x', config: { replyUrl: 'https://erp.shop.example/x' } });
    expect((await change(body.id, { config: { replyUrl: 'http://localhost:5432/' } })).status).toBe(400);
    expect((await change(body.id, { name: 'y' })).status).toBe(200);
  });

  it('M2 the secret is sealed at rest and in the event, and absent from the audit trail', async () => {
    const { body } = await create(SMS);
    const [dump] = await gateway.context.db.query<{ text: string }>(
      `select (select string_agg(c::text, '') from channels c) || (select string_agg(a::text, '') from audit_entries a)
         || (select string_agg(envelope, '') from log.events) as text`,
    );
    expect(dump!.text).toContain(body.id);
    expect(dump!.text).not.toContain('sms-secret-one');
    const event = (await gateway.told('channel.changed')).at(-1)!;
    expect(event).toMatchObject({ id: body.id, kind: 'sms', slaKind: 'sms', address: '+15551234567', removed: false });
    expect(unseal('test-secret', event.sealedSecrets)).toEqual([{ authToken: 'sms-secret-one' }]);
  });

  it('a rotated secret is accepted beside the one before, an older one is not', async () => {
    const { id } = (await create(SMS)).body;
    await change(id, { secrets: { authToken: 'two' } });
    expect(directory.byId(id)!.secrets).toEqual([{ authToken: 'two' }, { authToken: 'sms-secret-one' }]);
    await change(id, { secrets: { authToken: '' }, name: 'Renamed' }); // a form sends what it did not show
    expect(directory.byId(id)!.secrets).toHaveLength(2);
    await change(id, { secrets: { authToken: 'three' } });
    expect(directory.byId(id)!.secrets).toEqual([{ authToken: 'three' }, { authToken: 'two' }]);
  });

  it('the same number, mailbox or page twice is refused in words, and free again after removal', async () => {
    const first = await create(SMS);
    const second = await create({ ...SMS, name: 'Again' });
    expect([second.status, second.body.code]).toEqual([409, 'address_taken']);
    expect(second.body.detail).toContain('+15551234567');
    expect((await gateway.call('DELETE', `/api/v1/channels/${first.body.id}`, { token })).status).toBe(204);
    expect((await gateway.told('channel.changed')).at(-1)).toMatchObject({ id: first.body.id, removed: true });
    expect(directory.byId(first.body.id)).toBeNull();
    expect((await gateway.call('GET', `/api/v1/channels/${first.body.id}`, { token })).status).toBe(404);
    expect((await create(SMS)).status).toBe(201);
  });

  it('a mailbox is found by its address and by reply addresses made from it, by nothing else', async () => {
    const { id } = (await create(MAIL)).body;
    const found = (recipient: string) => directory.byMailRecipient(recipient)?.id ?? null;
    const replyTo = replyAddress('help@shop.test', newReplyToken('test-secret', id, 'a-conversation'));
    expect([found('help@shop.test'), found('HELP@shop.TEST'), found(replyTo)]).toEqual([id, id, id]);
    const strangers = [
      'help@other.test',
      'sales@shop.test',
      'help+abc@shop.test',
      'help',
      '',
      '@',
      'x@y@help@shop.test',
    ];
    expect(strangers.map(found)).toEqual(strangers.map(() => null));
  });

  it('a chat gets a public token of its own', async () => {
    const { body } = await create({ kind: 'webchat', name: 'Chat', config: { allowedOrigins: [] } });
    expect(body.websiteToken).toMatch(/^wt_[\w-]{32}$/);
    expect(directory.byWebsiteToken(body.websiteToken!)?.id).toBe(body.id);
    const after = await change(body.id, { config: { title: 'Ask us' } });
    expect(after.body).toMatchObject({
      websiteToken: body.websiteToken,
      config: { allowedOrigins: [], title: 'Ask us' },
    });
  });

  it('a wrong setting is refused and says which and what is expected', async () => {
    const wrong: [unknown, string][] = [
      [{ kind: 'fax', name: 'Fax' }, 'unknown_channel_kind'],
      [{ ...SMS, config: { phoneNumber: 'call me', accountSid: 'AC1' } }, 'invalid_channel_config'],
      [{ ...SMS, secrets: {} }, 'invalid_channel_config'],
      [{ ...SMS, secrets: { authToken: 'x', pin: '1' } }, 'invalid_channel_secrets'],
      [{ ...SMS, secrets: { authToken: { $gt: '' } } }, 'invalid_channel_secrets'],
      [{ ...SMS, name: ' ' }, 'invalid'],
      [{ ...SMS, name: 'a\u0000b' }, 'invalid'],
      [{ ...SMS, config: { ...SMS.config, note: 'a\u0000b' } }, 'invalid_channel_config'],
      [{ ...SMS, teamIds: ['nonsense'] }, 'invalid'],
      [{ ...SMS, teamIds: ['00000000-0000-7000-8000-00000000ffff'] }, 'unknown_team'],
      [{ ...SMS, config: 'text' }, 'invalid'],
    ];
    for (const [body, code] of wrong) {
      const answer = await create(body);
      expect([answer.status, answer.body.code]).toEqual([400, code]);
      expect(answer.body.detail.length).toBeGreaterThan(20);
    }
  });

  it('a mailbox to be fetched by IMAP is refused in words that say it is not there yet', async () => {
    const config = {
      address: 'help@shop.test',
      inbound: 'imap',
      imap: { host: 'h', port: 993, secure: true, user: 'u' },
    };
    const answer = await create({ ...MAIL, config, secrets: { imapPassword: 'p' } });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_channel_config']);
    expect(answer.body.detail).toContain('must be "smtp": fetching from a mailbox by IMAP is not available yet');
  });

  it('D1 agents see their teams’ channels and everybody’s, and not how they are wired', async () => {
    const team = await gateway.call<{ id: string }>('POST', '/api/v1/teams', { token, body: { name: 'Phones' } });
    const inside = await gateway.person('agent', { teamIds: [team.body.id] });
    const outside = await gateway.person('lead');
    const ours = (await create({ ...SMS, teamIds: [team.body.id] })).body;
    const all = (await create(MAIL)).body;
    const list = async (who: string) =>
      (await gateway.call<{ items: ChannelView[] }>('GET', '/api/v1/channels', { token: who })).body.items;
    expect((await list(inside.token)).map(({ id }) => id)).toEqual([ours.id, all.id]);
    expect((await list(outside.token)).map(({ id }) => id)).toEqual([all.id]);
    expect((await gateway.call('GET', `/api/v1/channels/${ours.id}`, { token: outside.token })).status).toBe(404);
    const [seen] = await list(inside.token);
    expect(seen).toMatchObject({ config: { phoneNumber: '+15551234567' }, webhooks: [] });
    expect(seen!.config).not.toHaveProperty('accountSid');
    const write = await gateway.call('PATCH', `/api/v1/channels/${all.id}`, {
      token: inside.token,
      body: { name: 'X' },
    });
    expect(write.status).toBe(403);
  });

  it('another gateway process learns of a change within a second or so', async () => {
    const { id } = (await create(SMS)).body;
    // what a change in another process leaves behind: the row and the version, no call into this one
    await gateway.context.db.query('update channels set name = $2 where id = $1', [id, 'From next door']);
    await gateway.context.db.query(`update versions set version = version + 1 where name = 'channels'`);
    const { eventually } = await import('#testing');
    await eventually(() => directory.byId(id)?.name === 'From next door');
  });
});
