import type { MailFacts } from '#contracts';
import { bounceReport } from './unread-item.rules.js';

const at = new Date('2026-11-20T09:00:00Z');
const channel = { id: 'ch1', kind: 'email' as const };
const bounced = (mailClass: MailFacts['class'], status: string | null, originalMessageId: string | null = '<ours@x>') =>
  ({
    class: mailClass,
    bounce: { originalMessageId, recipient: 'Ada@Customer.test', status, diagnostic: `${status} says the server` },
  }) as MailFacts;
const told = (mail: MailFacts, raw = '') => bounceReport(channel, mail, Buffer.from(raw), at);

describe('a mail that came back', () => {
  it('fails the mail it names, in the server’s words', () => {
    expect(told(bounced('bounce_hard', '5.1.1'))).toMatchObject({
      messageIdHeader: '<ours@x>',
      state: 'failed',
      reason: 'The mail came back: 5.1.1 says the server',
      deadAddress: 'ada@customer.test',
    });
  });

  it.each([
    ['5.1.10', true],
    ['5.2.1', true],
    ['5.2.2', false], // full today
    ['5.7.1', false], // a filter did not like it
    ['5.0.0', false],
    [null, false],
  ])('with status %s there is nobody: %s', (status, dead) => {
    expect(told(bounced('bounce_hard', status))!.deadAddress !== null).toBe(dead);
  });

  it('only for now fails nothing, unless the server has given up', () => {
    expect(told(bounced('bounce_soft', '4.4.1'))).toBeNull();
    expect(told(bounced('bounce_soft', '4.4.1'), 'Action: failed\r\n')).toMatchObject({ deadAddress: null });
  });

  it('naming nothing of ours, or no bounce at all, says nothing', () => {
    expect(told(bounced('bounce_hard', '5.1.1', null))).toBeNull();
    expect(told({ class: 'human' } as MailFacts)).toBeNull();
  });
});
