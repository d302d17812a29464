import { jest } from '@jest/globals';
import type { ChangeView } from '#contracts';
import type { ChangeEntry, ChangeFeed } from '../../changes/change-feed.js';
import type { Accepted } from '../receipts/receipt.js';
import { ArrivalWatch } from './arrival-watch.js';

describe('the acknowledgement of a mail in a quiet moment', () => {
  let heard: (entries: ChangeEntry[]) => void;
  let isWanted: () => boolean;
  let begin: () => Promise<void>;
  let watch: ArrivalWatch;
  beforeEach(() => {
    jest.useFakeTimers();
    begin = () => Promise.resolve();
    watch = new ArrivalWatch({
      begin: () => begin(),
      onChange: (listener: typeof heard, wanted: typeof isWanted) => {
        heard = listener;
        isWanted = wanted;
      },
    } as unknown as ChangeFeed);
  });
  afterEach(() => jest.useRealTimers());

  /** What stands in the feed. */
  const tell = (type: string, receiptId: string) =>
    heard([{ change: { type, payload: { receiptId } } as unknown as ChangeView } as ChangeEntry]);
  const mail = (...ids: string[]) => watch.store(async () => ids.map((id) => ({ id, isNew: true })));
  const ended = async (waiting: Promise<Accepted[]>) => {
    let done = false;
    void waiting.then(() => (done = true));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return done;
  };

  it('waits until its message has been threaded', async () => {
    const waiting = mail('first', 'of another mailbox');
    expect(await ended(waiting)).toBe(false);
    tell('message.received', 'somebody else');
    tell('message.replied', 'first');
    expect(await ended(waiting)).toBe(false);
    tell('message.received', 'of another mailbox');
    expect((await waiting).map(({ id }) => id)).toEqual(['first', 'of another mailbox']);
  });

  it('reads the feed from before the mail is stored until it is acknowledged, and not otherwise', async () => {
    expect(isWanted()).toBe(false);
    let wanted = false;
    const waiting = watch.store(async () => {
      wanted = isWanted();
      return [{ id: 'one', isNew: true }];
    });
    expect(await ended(waiting)).toBe(false);
    tell('message.received', 'one');
    await waiting;
    expect([wanted, isWanted()]).toEqual([true, false]);
  });

  it('waits for half a second at most, also when the feed cannot be read', async () => {
    begin = () => Promise.reject(new Error('the database is away'));
    const waiting = mail('never');
    expect(await ended(waiting)).toBe(false);
    jest.advanceTimersByTime(499);
    expect(await ended(waiting)).toBe(false);
    jest.advanceTimersByTime(1);
    await waiting;
  });

  it('waits for ten mails on end and then for one a second: a relay that brings many is not slowed down', async () => {
    for (let n = 0; n < 10; n++) {
      const waiting = mail(`mail ${n}`);
      expect(await ended(waiting)).toBe(false);
      tell('message.received', `mail ${n}`);
      await waiting;
    }
    await mail('one too many');
    jest.advanceTimersByTime(999);
    await mail('too soon');
    jest.advanceTimersByTime(1);
    expect(await ended(mail('a second later'))).toBe(false);
  });

  it('of a mail that was there before nothing is waited for', async () => {
    expect(await watch.store(async () => [{ id: 'known', isNew: false }])).toHaveLength(1);
  });

  it('a mail that could not be stored is told so at once, and nothing is watched any more', async () => {
    const refused = watch.store(() => Promise.reject(new Error('the disk is full')));
    await expect(refused).rejects.toThrow('the disk is full');
    expect(isWanted()).toBe(false);
  });
});
