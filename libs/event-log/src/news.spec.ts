import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { onWake, shareWakes, wake } from './news.js';

/** What the supervisor hands on, seen from one process. */
class Line extends EventEmitter {
  readonly sent: unknown[] = [];
  send(message: unknown): void {
    this.sent.push(message);
  }
}

describe('news between processes of one installation', () => {
  const line = new Line();
  beforeAll(() => {
    jest.useFakeTimers();
    shareWakes(line);
  });
  afterEach(() => {
    jest.advanceTimersByTime(100);
    line.sent.length = 0;
  });
  afterAll(() => jest.useRealTimers());

  it('what one commits wakes its own subscriptions and is told to the others when the answer to it is out', () => {
    let own = 0;
    const off = onWake('sla.clock.v1', () => own++);
    wake(['sla.clock.v1', 'sla.clock.v1']);
    off();
    expect([own, line.sent]).toEqual([1, []]);
    jest.advanceTimersByTime(0);
    expect(line.sent).toEqual([{ woken: ['sla.clock.v1'] }]);
  });

  it('a hundred commits in a moment are one message, and those of the next twentieth of a second another', () => {
    for (let n = 0; n < 100; n++) wake([n % 2 ? 'sla.clock.v1' : 'channel.inbound.v1']);
    jest.advanceTimersByTime(0);
    expect(line.sent).toEqual([{ woken: ['channel.inbound.v1', 'sla.clock.v1'] }]);
    for (let n = 0; n < 100; n++) wake(['sla.clock.v1']);
    expect(line.sent).toHaveLength(1);
    jest.advanceTimersByTime(49);
    expect(line.sent).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(line.sent.slice(1)).toEqual([{ woken: ['sla.clock.v1'] }]);
  });

  it('what a neighbour tells wakes here and is not told back', () => {
    let own = 0;
    const off = onWake('channel.inbound.v1', () => own++);
    line.emit('message', { woken: ['channel.inbound.v1', 7] });
    for (const other of [null, 'word', { ready: true }, { woken: 'channel.inbound.v1' }]) line.emit('message', other);
    off();
    jest.advanceTimersByTime(50);
    expect(own).toBe(1);
    expect(line.sent).toEqual([]);
  });
});
