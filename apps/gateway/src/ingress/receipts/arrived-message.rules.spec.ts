import { arrivedMessage, MAX_TEXT, type ReadyItem } from './arrived-message.rules.js';

const channel = {
  id: 'c1',
  kind: 'email',
  slaKind: 'email',
  address: 'help@shop.test',
  name: 'Help',
  teamIds: ['t1'],
} as const;
const item = { text: 'Where is my parcel?', html: null, dedupeKey: 'k', subject: 'Parcel' } as unknown as ReadyItem;
const AT = new Date('2026-11-21T13:05:09.000Z');
const told = (more: object = {}) =>
  arrivedMessage('r1', { ...channel, teamIds: ['t1'] }, { ...item, ...more } as ReadyItem, AT);

describe('what inbox is told of an item', () => {
  it('is the item, and whose receipt and channel it is', () => {
    expect(told()).toEqual({
      ...item,
      receiptId: 'r1',
      channelId: 'c1',
      channelKind: 'email',
      slaKind: 'email',
      channelAddress: 'help@shop.test',
      channelName: 'Help',
      channelTeamIds: ['t1'],
      receivedAt: AT.toISOString(),
    });
  });

  it('never takes the receipt, the channel or the time from what was read out of the sender’s bytes', () => {
    const forged = { receiptId: 'other', channelId: 'other', channelTeamIds: [], receivedAt: 'long ago' };
    expect(told(forged)).toEqual(told());
  });

  it('is cut with a word about it where it is too long for an event', () => {
    const long = told({ text: 'x'.repeat(MAX_TEXT + 1) });
    expect(long.text).toHaveLength(MAX_TEXT + 1);
    expect(long.text.endsWith('x…')).toBe(true);
    expect(long.parseProblem).toMatch(/too long/);
    expect(told({ text: 'x'.repeat(MAX_TEXT + 1), parseProblem: 'no charset' }).parseProblem).toBe('no charset');
  });
});
