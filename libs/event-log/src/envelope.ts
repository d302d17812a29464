import { isId, newId, soundKey } from '#kernel';
import { type Envelope, TOPIC_OF, type Topic } from '#contracts';
import { currentTrace } from './correlation.js';
import type { NewEvent } from './event-log.js';

/** Strict when published: an event without a topic or with a missing payload never leaves. */
export function envelopeOf(event: NewEvent): { topic: Topic; envelope: Envelope } {
  const topic = TOPIC_OF[event.type];
  if (!topic) throw new Error(`"${String(event.type)}" is no event type; declare it in libs/contracts/src/events.ts`);
  const key = soundKey(event.key);
  if (!key) throw new Error(`${event.type} needs a key: order is kept per key`);
  if (typeof event.payload !== 'object' || event.payload === null)
    throw new Error(`${event.type} needs a payload object`);
  const trace = currentTrace();
  const id = event.id ?? newId();
  return {
    topic,
    envelope: {
      id,
      type: event.type,
      version: 1,
      key,
      seq: event.seq ?? null,
      occurredAt: event.occurredAt.toISOString(),
      correlationId: event.correlationId ?? trace?.correlationId ?? id,
      causationId: event.causationId ?? trace?.causationId ?? null,
      payload: event.payload,
    },
  };
}

/** What cannot succeed however often it is tried: parked at once instead of bisected. */
export class MalformedEvent extends Error {}

/** Tolerant when read: unknown fields pass; what is no envelope at all is malformed. */
export function parseEnvelope(text: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedEvent('the event is not JSON', { cause });
  }
  const event = value as Partial<Envelope>;
  if (!isId(event?.id) || typeof event.type !== 'string' || typeof event.key !== 'string' || !event.payload) {
    throw new MalformedEvent('the event has no id, type, key or payload');
  }
  return event as Envelope;
}
