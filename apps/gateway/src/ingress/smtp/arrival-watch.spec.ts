import { jest } from '@jest/globals';
import type { Envelope } from '#contracts';
import type { Tx } from '#database';
import { ChangeHooks } from '../../changes/change-hooks.js';
import { ArrivalWatch } from './arrival-watch.js';

describe('the acknowledgement of a mail in a quiet moment', () => {
  let hooks: ChangeHooks;
  let watch: ArrivalWatch;
  beforeEach(() => {
    jest.useFakeTimers();
    hooks = new ChangeHooks();
    watch = new ArrivalWatch(hooks);
  });
  afterEach(() => jest.useRealTimers());

  /** What inbox told, committed by gateway's consumer. */
  const tell = async (type: string, receiptId: string) => {
    const afterCommit: (() => void)[] = [];
    const tx = { afterCommit: (hook: () => void) => void afterCommit.push(hook) } as unknown as Tx;
    const event = { type, payload: { receiptId } } as unknown as Envelope;
    await hooks.run(tx, { topic: 'inbox.conversation.v1', events: [event] });
    afterCommit.forEach((hook) => hook());
  };
  const ended = async (waiting: Promise<void>) => {
    const mark = Symbol('not yet');
    return (await Promise.race([waiting, Promise.resolve().then(() => mark)])) !== mark;
  };

  it('waits until its message has been threaded', async () => {
    const waiting = watch.arrived(['first', 'of another mailbox']);
    await tell('message.received', 'somebody else');
    await tell('message.replied', 'first');
    expect(await ended(waiting)).toBe(false);
    await tell('message.received', 'of another mailbox');
    await waiting;
  });

  it('waits for half a second at most', async () => {
    const waiting = watch.arrived(['never']);
    jest.advanceTimersByTime(499);
    expect(await ended(waiting)).toBe(false);
    jest.advanceTimersByTime(1);
    await waiting;
  });

  it('waits for ten mails on end and then for one a second: a relay that brings many is not slowed down', async () => {
    for (let n = 0; n < 10; n++) {
      const waiting = watch.arrived([`mail ${n}`]);
      expect(await ended(waiting)).toBe(false);
      await tell('message.received', `mail ${n}`);
      await waiting;
    }
    await watch.arrived(['one too many']);
    jest.advanceTimersByTime(999);
    await watch.arrived(['too soon']);
    jest.advanceTimersByTime(1);
    expect(await ended(watch.arrived(['a second later']))).toBe(false);
  });

  it('of a mail that was there before nothing is waited for', async () => {
    await watch.arrived([]);
  });
});
