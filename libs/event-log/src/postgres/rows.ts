import type { Envelope } from '#contracts';
import type { LogRow } from '../batch-work.js';
import { parseEnvelope } from '../envelope.js';

/** An event's text, decoded at most once. Handlers of several groups share what comes out and change nothing in it. */
export class EventText {
  /** @param event what the text says, where that is known already */
  constructor(
    readonly id: string,
    readonly text: string,
    private event: Envelope | null = null,
  ) {}

  /** @throws MalformedEvent each time when it is none */
  read(): Envelope {
    return (this.event ??= parseEnvelope(this.text));
  }
}

/** As it comes from the table: without its text where that is known already. */
export interface StoredRow extends Omit<LogRow, 'envelope' | 'decoded'> {
  eventId: string;
  envelope: string | null;
  /** The group had it from Kafka, before the installation came back to this log. */
  handled: boolean;
}

export interface FetchedRow extends StoredRow {
  envelope: string;
  decoded: EventText;
}
