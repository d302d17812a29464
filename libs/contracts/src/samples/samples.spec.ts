import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type EventType, TOPIC_OF } from '../events.js';
import { sampleOf } from './samples.js';

const TYPES = Object.keys(TOPIC_OF) as EventType[];
const fileOf = (type: string) => path.join(import.meta.dirname, `${type}.json`);

if (process.env['UPDATE_SAMPLES']) {
  for (const type of TYPES) writeFileSync(fileOf(type), `${JSON.stringify(sampleOf(type), null, 2)}\n`);
}

describe('the golden samples', () => {
  it('there is one for each event, and none for others', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));
    expect(files.sort()).toEqual(TYPES.map((type) => `${type}.json`).sort());
  });

  it.each(TYPES)('%s is what the contract says', (type) => {
    expect(existsSync(fileOf(type))).toBe(true);
    expect(JSON.parse(readFileSync(fileOf(type), 'utf8'))).toEqual(sampleOf(type));
  });
});
