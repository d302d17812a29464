import { newId } from '#kernel';
import { withTrace } from './correlation.js';
import { envelopeOf, MalformedEvent, parseEnvelope } from './envelope.js';
import type { NewEvent } from './event-log.js';

const TEAM: NewEvent<'team.changed'> = {
  type: 'team.changed',
  key: 'team 7',
  occurredAt: new Date('2026-11-20T09:00:00Z'),
  payload: { id: 'team 7', name: 'Mornings', memberIds: [] },
};

describe('the envelope', () => {
  it('comes back as it was published', () => {
    const { topic, envelope } = envelopeOf({ ...TEAM, seq: 3 });
    expect(topic).toBe('gateway.people.v1');
    expect(parseEnvelope(JSON.stringify(envelope))).toEqual(envelope);
    expect(envelope).toMatchObject({ version: 1, seq: 3, occurredAt: '2026-11-20T09:00:00.000Z', causationId: null });
  });

  it('starts a correlation of its own, or carries on the one it is part of', () => {
    const alone = envelopeOf(TEAM).envelope;
    expect(alone.correlationId).toBe(alone.id);
    const trace = { correlationId: newId(), causationId: newId() };
    expect(withTrace(trace, () => envelopeOf(TEAM).envelope)).toMatchObject(trace);
  });

  it('refuses to publish what nobody could read or order', () => {
    expect(() => envelopeOf({ ...TEAM, type: 'team.exploded' as 'team.changed' })).toThrow('is no event type');
    expect(() => envelopeOf({ ...TEAM, key: '' })).toThrow('needs a key');
    expect(() => envelopeOf({ ...TEAM, payload: null as never })).toThrow('needs a payload');
  });

  it('is read with fields that a newer version added', () => {
    const { envelope } = envelopeOf(TEAM);
    const newer = { ...envelope, version: 2, tenant: 'x', payload: { ...envelope.payload, colour: 'red' } };
    expect(parseEnvelope(JSON.stringify(newer))).toMatchObject({ id: envelope.id, version: 2 });
  });

  it.each(['', 'null', '[]', '7', '"x"', '{}', '{"id":"7","type":"a","key":"b","payload":{}}', '{"id":'])(
    'calls %j malformed',
    (text) => {
      expect(() => parseEnvelope(text)).toThrow(MalformedEvent);
    },
  );
});
