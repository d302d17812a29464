import { Desk } from '../testing/desk.js';
import { mail, sms } from '../testing/arrivals.js';
import { pointKey } from './picture.rules.js';
import { RecentSenders } from './recent-senders.js';

describe('who wrote last', () => {
  const db = { losses: 0 };
  const from = sms('+15550001').from;
  const key = pointKey(from);
  let recent: RecentSenders;
  let desk: Desk;
  beforeEach(() => {
    db.losses = 0;
    recent = new RecentSenders(db);
    desk = new Desk();
  });
  const marks = (own: string, customer?: string) => ({
    own,
    customers: new Map(customer ? [...desk.picture.customers.keys()].map((id) => [id, customer]) : []),
  });

  it('is known by the transactions that wrote the two rows', () => {
    const { conversation } = desk.receive(sms(from.address));
    recent.keep([key], desk.picture, marks('7'));
    expect(recent.of([key, 'phone  +1'])).toMatchObject([
      { key, conversation: { id: conversation.id }, customerMark: '7', conversationMark: '7' },
    ]);
    desk.picture.changes.customers = [];
    recent.keep([key], desk.picture, marks('9', '7'));
    expect(recent.of([key])).toMatchObject([{ customerMark: '7', conversationMark: '9' }]);
  });

  it('is forgotten when a connection broke: the database may give the numbers of lost transactions again', () => {
    desk.receive(sms(from.address));
    recent.keep([key], desk.picture, marks('7'));
    db.losses += 1;
    expect(recent.of([key])).toEqual([]);
    recent.keep([key], desk.picture, marks('8'));
    expect(recent.of([key])).toHaveLength(1);
  });

  it('is not remembered where the next message may go elsewhere', () => {
    const { conversation } = desk.receive(sms(from.address));
    recent.keep([key], desk.picture, marks('7'));
    desk.resolve(conversation);
    recent.keep([key], desk.picture, marks('8'));
    expect(recent.of([key])).toEqual([]);
    conversation.status = 'open';
    conversation.homeCustomerId = 'another side of a merge';
    recent.keep([key], desk.picture, marks('9'));
    expect(recent.of([key])).toEqual([]);
    const claim = mail('x@y.test', 'Hi', { mail: { tokens: [{ token: 'forged', address: '' }] } } as never);
    expect(desk.receive(claim).conversation.apart).toBe('claim');
    recent.keep([pointKey(claim.from)], desk.picture, marks('9'));
    expect(recent.of([pointKey(claim.from)])).toEqual([]);
  });

  it('is remembered for twenty thousand senders, the latest', () => {
    const arrivals = Array.from({ length: 20_001 }, (_, i) => sms(`+1555${i}`));
    for (const arrival of arrivals) desk.receive(arrival);
    const keys = arrivals.map((arrival) => pointKey(arrival.from));
    recent.keep(keys, desk.picture, marks('7'));
    expect(recent.of(keys)).toHaveLength(20_000);
    expect(recent.of([keys[0]!])).toEqual([]);
  });
});
