import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io';
import type { Counter } from 'prom-client';
import { withTrace } from '#event-log';
import type { GatewayContext } from '../../gateway.context.js';
import { type Bucket, pour, REFUSED } from './frames.rules.js';

type Ack = (answer: unknown) => void;

/** What a socket may do with one event: read the frame (null: not understood), then answer. */
export interface FrameHandler<Body> {
  read(body: unknown): Body | null;
  answer(socket: Socket, body: Body): Promise<unknown> | unknown;
}

/** Frames of a socket beyond this are dropped; one that goes on is cut off. */
const FRAMES = { size: 60, perSecond: 20 };
const MAX_DROPPED = 300;

/**
 * Stands before every event of a namespace: known events only, in the right shape, not too many; an error answers one
 * constant text, whatever it was (security.md F1, F2).
 */
export class Doorman {
  private readonly dropped: Counter;

  constructor(
    private readonly context: GatewayContext,
    private readonly namespace: string,
    private readonly handlers: Record<string, FrameHandler<never>>,
  ) {
    this.dropped = context.metrics.counter('kairos_frames_dropped_total', 'Socket frames that were not acted upon', [
      'namespace',
      'reason',
    ]);
  }

  guard(socket: Socket): void {
    const bucket: Bucket = { level: 0, atMs: performance.now() };
    let refused = 0;
    socket.use(([event, ...args], next) => {
      const known = typeof event === 'string' && Object.hasOwn(this.handlers, event);
      const calm = pour(bucket, performance.now(), FRAMES);
      if (known && calm) return next();
      this.dropped.inc({ namespace: this.namespace, reason: known ? 'too many' : 'unknown' });
      answerTo(args)?.({ error: REFUSED });
      if (++refused > MAX_DROPPED) socket.disconnect(true);
    });
    socket.on('error', () => undefined);
    for (const [event, handler] of Object.entries(this.handlers)) {
      socket.on(event, (...args: unknown[]) => void this.take(socket, handler as FrameHandler<unknown>, args));
    }
  }

  private async take(socket: Socket, handler: FrameHandler<unknown>, args: unknown[]): Promise<void> {
    const ack = answerTo(args);
    try {
      const body = handler.read(args[0]);
      if (body === null) {
        this.dropped.inc({ namespace: this.namespace, reason: 'malformed' });
        ack?.({ error: REFUSED });
        return;
      }
      ack?.(await withTrace({ correlationId: randomUUID() }, async () => handler.answer(socket, body)));
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
