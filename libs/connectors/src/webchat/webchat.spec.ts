import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelAccount } from '../connector.js';
import { receive } from './receive.js';

const channel: ChannelAccount = { id: 'ch_w', kind: 'webchat', name: 'Site', address: '', config: {}, secrets: [] };
const at = new Date('2026-11-20T10:00:00Z');
const read = (body: unknown, verifiedName?: string) => receive.receive(body, { id: 'v1', verifiedName }, channel, at);

const fixture: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'message.json'), 'utf8'));

describe('a chat message', () => {
  it('comes as an item of its visitor', () => {
    expect(read(fixture)).toEqual({
      dedupeKey: 'ch_w:v1:c1',
      externalId: 'c1',
      clientId: 'c1',
      from: { kind: 'webchat', scope: 'ch_w', address: 'v1', display: 'v1', name: 'Sara' },
      claimed: { email: 'sara@customer.test', name: 'Sara' },
      subject: null,
      text: 'سلام، می\u200cخواهم سفارش بدهم',
      html: null,
      attachments: [],
      automatic: false,
      channelTimestamp: null,
    });
  });

  it('of two visitors with one client id are two messages', () => {
    const other = receive.receive({ clientId: 'c1', text: 'hi' }, { id: 'v2' }, channel, at);
    expect(other.dedupeKey).not.toBe(read({ clientId: 'c1', text: 'hi' }).dedupeKey);
  });

  it('shows the proven name before the claimed one', () => {
    expect(read({ clientId: 'c1', text: 'hi', name: 'The Boss' }, 'Sara').from.name).toBe('Sara');
  });

  it.each([
    [null, ''],
    ['text', ''],
    [[], ''],
    [{}, 'clientId'],
    [{ clientId: 'c', text: '' }, 'text'],
    [{ clientId: 'c', text: ['x'] }, 'text'],
    [{ clientId: { $ne: 1 }, text: 'x' }, 'clientId'],
    [{ clientId: 'x'.repeat(101), text: 'x' }, 'clientId'],
    [{ clientId: 'c', text: 'x'.repeat(8_001) }, 'text'],
    [{ clientId: 'c', text: 'x', email: 'no' }, 'email'],
    [{ clientId: 'c', text: 'x', name: 7 }, 'name'],
  ])('of the wrong shape is refused, naming the field: %j', (body, path) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({
        code: 'invalid_message',
        kind: 'invalid',
        details: { errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown },
      }) as Error,
    );
  });
});
