import type { Envelope } from '#contracts';
import type { Tx } from '#database';
import type { Clock } from '#kernel';
import { withTrace } from './correlation.js';
import { parseEnvelope } from './envelope.js';
import type { Handle, SubscriptionOptions } from './event-log.js';
import { hold, park, type ToPark } from './parking.store.js';

/** One event as a transport found it. */
export interface LogRow {
  /** Its place, unique in the topic: names what cannot be read. */
  position: string;
  envelope: string;
  /** Decodes it once for several groups; without it each decodes for itself. */
  decoded?: { read(): Envelope };
  /** An earlier event of its key is parked. */
  held: boolean;
}

/** Asks for the batch again: a key was replayed while it was being held. The code says "serialisation failure". */
export class RunAgain extends Error {
  readonly code = '40001';
}

/** What both transports do with a batch inside its transaction: hold what waits behind a parked key, handle the rest. */
export class BatchWork {
  constructor(
    private readonly options: SubscriptionOptions,
    private readonly handle: Handle,
    private readonly clock: Clock,
  ) {}

  async handleRows(tx: Tx, rows: LogRow[]): Promise<void> {
    const held = rows.filter((row) => row.held);
    const free = held.length > 0 ? rows.filter((row) => !row.held) : rows;
    if (held.length > 0) await this.holdRows(tx, held);
    const events = free.map((row) => row.decoded?.read() ?? parseEnvelope(row.envelope));
    if (events.length > 0) await this.pass(tx, events);
  }

  /** Sets aside the event that stood alone when it failed. */
  async parkRow(tx: Tx, row: LogRow, error: unknown): Promise<void> {
    if (row.held) return this.holdRows(tx, [row]);
    await park(tx, this.toPark(row), error instanceof Error ? error.message : String(error), this.clock.now());
  }

  private async holdRows(tx: Tx, rows: LogRow[]): Promise<void> {
    const queued = await hold(
      tx,
      rows.map((row) => this.toPark(row)),
      this.clock.now(),
    );
    if (queued < rows.length) throw new RunAgain('a parked key was replayed meanwhile');
  }

  private async pass(tx: Tx, events: Envelope[]): Promise<void> {
    const first = events[0]!;
    const trace = { correlationId: first.correlationId, causationId: first.id };
    await withTrace(trace, () => this.handle(tx, { topic: this.options.topic, events }));
  }

  private toPark(row: LogRow): ToPark {
    const { group: consumer, topic } = this.options;
    const { envelope } = row;
    try {
      const event = parseEnvelope(envelope);
      return { consumer, topic, key: event.key, eventId: event.id, type: event.type, envelope };
    } catch {
      return { consumer, topic, key: `unreadable:${row.position}`, eventId: null, type: 'unreadable', envelope };
    }
  }
}
