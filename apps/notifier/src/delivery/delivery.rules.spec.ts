import type { DeliveryReport, DeliveryState } from '#contracts';
import { BACKOFF_SECONDS, begin, changeOf, type Delivery, reached, report, retry, settle } from './delivery.rules.js';

const now = new Date('2026-11-20T09:00:00Z');
const queued: Delivery = {
  id: 'd',
  messageId: 'm',
  conversationId: 'c',
  channelId: 'ch',
  channelKind: 'sms',
  state: 'queued',
  reason: null,
  providerId: null,
  formerProviderIds: [],
  messageIdHeader: null,
  releasedAt: now,
  notAcceptedInTime: false,
  attempts: 0,
  tries: 0,
  nextAt: now,
  attemptId: null,
  attemptAt: null,
  worker: null,
  leaseUntil: null,
  deadAddress: null,
};
const sending = begin(queued, 'a1', 'w', now);
const word = (state: DeliveryState, more: Partial<DeliveryReport> = {}): DeliveryReport => ({
  channelId: 'ch',
  channelKind: 'sms',
  deliveryId: 'd',
  providerId: null,
  messageIdHeader: null,
  state,
  reason: null,
  at: now.toISOString(),
  ...more,
});

describe('what a provider says about a reply', () => {
  it.each<[DeliveryState, DeliveryState, DeliveryState]>([
    ['sending', 'queued', 'sent'], // in its queue is out of ours
    ['sending', 'delivered', 'delivered'],
    ['sent', 'delivered', 'delivered'],
    ['sent', 'failed', 'failed'],
    ['sent', 'queued', 'sent'],
    ['unknown', 'sent', 'sent'],
    ['failed', 'sent', 'failed'],
    ['failed', 'delivered', 'delivered'], // it arrived after all
    ['delivered', 'sent', 'delivered'],
    ['delivered', 'failed', 'delivered'],
    ['delivered', 'read', 'read'],
    ['read', 'delivered', 'read'],
  ])('%s and then the word "%s": %s', (state, said, expected) => {
    expect(report({ ...queued, state }, word(said)).state).toBe(expected);
  });

  it('a soft bounce keeps it sent and adds its words', () => {
    const after = report({ ...queued, state: 'sent' }, word('sent', { reason: '4.2.2 mailbox full' }));
    expect(after).toMatchObject({ state: 'sent', reason: '4.2.2 mailbox full' });
  });

  it('remembers where nobody is, until somebody sends it again', () => {
    const bounced = report({ ...queued, state: 'sent' }, { ...word('failed'), deadAddress: 'ada@customer.test' });
    expect(bounced.deadAddress).toBe('ada@customer.test');
    expect(retry(bounced, new Date()).deadAddress).toBeNull();
    expect(report({ ...queued, state: 'sent' }, word('failed')).deadAddress).toBeNull();
  });

  it('a word about the attempt before a retry by hand is history', () => {
    const failed: Delivery = { ...queued, state: 'failed', providerId: 'SM1' };
    const again = begin(retry(failed, now), 'a2', 'w', now);
    expect(report(again, word('failed', { providerId: 'SM1' }))).toBe(again);
  });
});

describe('how an attempt ends', () => {
  it('tries quickly, then rarely, and gives up after about a day', () => {
    let delivery = sending;
    let seconds = 0;
    for (const step of BACKOFF_SECONDS) {
      delivery = settle(delivery, 'a1', { kind: 'later', reason: 'busy' }, now);
      expect(delivery).toMatchObject({ state: 'queued', reason: 'busy' });
      expect(delivery.nextAt!.getTime() - now.getTime()).toBe(step * 1_000);
      seconds += step;
      delivery = begin(delivery, 'a1', 'w', now);
    }
    expect(settle(delivery, 'a1', { kind: 'later', reason: 'busy' }, now)).toMatchObject({
      state: 'failed',
      nextAt: null,
    });
    expect(seconds / 3_600).toBeGreaterThan(20);
    expect(seconds / 3_600).toBeLessThan(28);
  });

  it('what an attempt says that is no longer ours changes nothing, unless it was accepted', () => {
    const unknown: Delivery = { ...sending, state: 'unknown' };
    expect(settle(unknown, 'a1', { kind: 'later', reason: 'x' }, now)).toBe(unknown);
    const accepted = { kind: 'accepted', state: 'queued', providerId: 'SM9' } as const;
    expect(settle(unknown, 'a1', accepted, now)).toMatchObject({ state: 'sent', providerId: 'SM9' });
  });

  it('what the far end said is kept as the database can hold it', () => {
    const refused = { kind: 'refused', reason: '550 \u0000no\ud800' } as const;
    expect(settle(sending, 'a1', refused, now)).toMatchObject({ state: 'failed', reason: '550 no\ufffd' });
    const odd = { kind: 'accepted', state: 'sent', providerId: 'S\u0000M9', note: 'a\u0000b' } as const;
    expect(settle(sending, 'a1', odd, now)).toMatchObject({ state: 'sent', providerId: 'SM9', reason: 'ab' });
  });

  it('a report was quicker than the answer: the answer only adds the id', () => {
    const delivered: Delivery = { ...sending, state: 'delivered' };
    const after = settle(delivered, 'a1', { kind: 'accepted', state: 'sent', providerId: 'SM9' }, now);
    expect(after).toMatchObject({ state: 'delivered', providerId: 'SM9' });
  });

  it('doubt stays sending while it can be asked about, and becomes unknown in the end', () => {
    const doubt = settle(sending, 'a1', { kind: 'doubt', reason: 'cut' }, now);
    expect(doubt).toMatchObject({ state: 'sending', worker: null });
    const later = new Date(now.getTime() + 11 * 60_000);
    expect(settle(doubt, 'a1', { kind: 'doubt', reason: 'cut' }, later)).toMatchObject({ state: 'unknown' });
  });
});

describe('what others hear', () => {
  it('nothing when nothing changed', () => {
    expect(changeOf(queued, { ...queued, attempts: 3 }, now)).toBeNull();
  });

  it('the new Message-ID only when the provider gave another one', () => {
    const mail: Delivery = { ...sending, messageIdHeader: 'ours@shop.test' };
    const same = settle(mail, 'a1', { kind: 'accepted', state: 'sent', providerId: null }, now);
    expect(changeOf(mail, same, now)!.messageIdHeader).toBeNull();
    const outcome = { kind: 'accepted', state: 'sent', providerId: null, messageIdHeader: '<theirs@relay>' } as const;
    expect(changeOf(mail, settle(mail, 'a1', outcome, now), now)!.messageIdHeader).toBe('<theirs@relay>');
  });

  it.each<[DeliveryState | null, DeliveryState, DeliveryState[]]>([
    [null, 'queued', ['queued']],
    ['sending', 'sent', ['sent']],
    ['sending', 'delivered', ['sent', 'delivered']],
    ['sent', 'read', ['read']],
    ['sent', 'sent', []],
    ['queued', 'failed', ['failed']],
  ])('from %s to %s counts %j', (from, to, counted) => {
    expect(reached(from, to)).toEqual(counted);
  });
});
