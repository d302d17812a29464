import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TOPIC_OF } from '#contracts';
import { envelopeOf, parseEnvelope } from './envelope.js';

const FOLDER = path.resolve(import.meta.dirname, '../../contracts/src/samples');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('the golden samples of the contract', () => {
  it.each(FILES)('%s is read, and published again as it was', (file) => {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    const event = parseEnvelope(text);
    const { topic, envelope } = envelopeOf({ ...event, occurredAt: new Date(event.occurredAt) });
    expect(topic).toBe(TOPIC_OF[event.type]);
    expect(JSON.parse(JSON.stringify(envelope))).toEqual(JSON.parse(text));
  });

  it('are there', () => expect(FILES.length).toBeGreaterThanOrEqual(30));
});
