import type { MessageReceived } from '#contracts';
import type { Delivery } from './delivery.rules.js';
import { consentWords, obstacleTo } from './obstacle.rules.js';

const text = (preview: string, channelKind: 'sms' | 'email' = 'sms') =>
  ({
    channelKind,
    channelId: 'ch1',
    from: { address: '+15551000001', name: null },
    preview,
    receivedAt: '2026-11-20T09:00:00.000Z',
  }) as MessageReceived;

describe('words that close or open the line to a customer', () => {
  it.each([
    ['STOP', 'stop'],
    [' Unsubscribe ', 'stop'],
    ['start', 'start'],
    ['Yes', 'start'],
  ])('%j says %s', (words, said) => {
    expect(consentWords([text(words)])).toEqual([
      { channelId: 'ch1', address: '+15551000001', said, at: '2026-11-20T09:00:00.000Z' },
    ]);
  });

  it.each([
    ['Stop sending the wrong size', 'sms'],
    ['ΣΤΟΠ', 'sms'], // ends surveys and notices; the carrier does not know it, and answers still arrive
    ['STOP', 'email'],
    ['', 'sms'],
  ] as const)('%j by %s says nothing', (words, kind) => {
    expect(consentWords([text(words, kind)])).toEqual([]);
  });
});

describe('what stands in the way of a reply', () => {
  const first = { attempts: 1 } as Delivery;
  const optedOutAt = new Date('2026-11-19T23:30:00Z');

  it('nothing is nothing', () => {
    expect(obstacleTo(first, { optedOutAt: null, cameBack: null })).toBeNull();
  });

  it('says since when, why and what helps', () => {
    expect(obstacleTo(first, { optedOutAt, cameBack: null })).toMatch(/opted out.*START.*2026-11-19/);
    expect(obstacleTo(first, { optedOutAt: null, cameBack: 'The mail came back: 550 no such user' })).toMatch(
      /came back and .*send it again.*\. \(550 no such user\)$/,
    );
  });

  it('whoever sends it again all the same is not stopped', () => {
    expect(obstacleTo({ attempts: 2 } as Delivery, { optedOutAt, cameBack: '550' })).toBeNull();
  });
});
