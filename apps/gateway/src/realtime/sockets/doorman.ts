import { randomUUID } from 'node:crypto';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Counter } from 'prom-client';
import { withTrace } from '#event-log';
import type { GatewayContext } from '../../gateway.context.js';
import { type Bucket, pour, REFUSED } from './frames.rules.js';

type Ack = (answer: unknown) => void;

/** A socket whose `data` is ours; what may be sent and heard is looked at by the doorman, not by types. */
export type SocketWith<State> = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, State>;
export type NamespaceWith<State> = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, State>;

/** What to do with one event: null when the frame is not understood. */
export type Frame<State> = (socket: SocketWith<State>, body: unknown) => (() => unknown) | null;

export function frame<State, Body>(
  read: (body: unknown) => Body | null,
  answer: (socket: SocketWith<State>, body: Body) => unknown,
): Frame<State> {
  return (socket, raw) => {
    const body = read(raw);
    return body === null ? null : () => answer(socket, body);
  };
}

/** Frames of a socket beyond this are dropped; one that goes on is cut off. */
const FRAMES = { size: 60, perSecond: 20 };
const MAX_DROPPED = 300;

/**
 * Stands before every event of a namespace: known events only, in the right shape, not too many; an error answers one
 * constant text, whatever it was (security.md F1, F2).
 */
export class Doorman<State> {
  private readonly dropped: Counter;

  constructor(
    private readonly context: GatewayContext,
    private readonly namespace: string,
    private readonly frames: Record<string, Frame<State>>,
  ) {
    this.dropped = context.metrics.counter('kairos_frames_dropped_total', 'Socket frames that were not acted upon', [
      'namespace',
      'reason',
    ]);
  }

  guard(socket: SocketWith<State>): void {
    const bucket: Bucket = { level: 0, atMs: performance.now() };
    let refused = 0;
    socket.use(([event, ...args], next) => {
      const known = typeof event === 'string' && Object.hasOwn(this.frames, event);
      const calm = pour(bucket, performance.now(), FRAMES);
      if (known && calm) return next();
      this.dropped.inc({ namespace: this.namespace, reason: known ? 'too many' : 'unknown' });
      answerTo(args)?.({ error: REFUSED });
      if (++refused > MAX_DROPPED) socket.disconnect(true);
    });
    socket.on('error', () => undefined);
    for (const [event, read] of Object.entries(this.frames)) {
      socket.on(event, (...args: unknown[]) => void this.take(socket, read, args));
    }
  }

  private async take(socket: SocketWith<State>, read: Frame<State>, args: unknown[]): Promise<void> {
    const ack = answerTo(args);
    try {
      const answer = read(socket, args[0]);
      if (answer === null) {
        this.dropped.inc({ namespace: this.namespace, reason: 'malformed' });
        ack?.({ error: REFUSED });
        return;
      }
      const answered = await withTrace({ correlationId: randomUUID() }, async () => answer());
      ack?.(answered);
    } catch (error) {
      this.context.logger.warn({ err: error, namespace: this.namespace }, 'a frame could not be acted upon');
      ack?.({ error: REFUSED });
    }
  }
}

function answerTo(args: unknown[]): Ack | null {
  const last = args.at(-1);
  return typeof last === 'function' ? (last as Ack) : null;
}
