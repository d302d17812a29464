import { readLocal, writeLocal } from './zone.rules.js';
import { DELIVERY_WORDS, WAIT_REASONS } from '#contracts';
import en from './catalogues/en.json' with { type: 'json' };
import { createFormat } from './format.js';

const scripts = '../../scripts/check-catalogues.mjs';

describe('the catalogues', () => {
  it('say everything in every language, and nothing is said outside them', async () => {
    const { checkCatalogues } = (await import(scripts)) as { checkCatalogues: () => string[] };
    expect(checkCatalogues()).toEqual([]);
  });

  it('have words for every reason that a wait may name', () => {
    for (const reason of WAIT_REASONS) expect(en.reasons).toHaveProperty(reason, expect.stringMatching(/^[A-Z]/));
  });

  it('say in English what is stored about a reply that did not arrive, sentence by sentence', () => {
    const begun = Object.entries(DELIVERY_WORDS).map(([name, words]) => [
      name,
      words[0]!.toUpperCase() + words.slice(1),
    ]);
    expect(en.trouble).toEqual(Object.fromEntries(begun));
  });
});

describe('numbers and instants', () => {
  const AT = '2026-11-21T13:05:09.000Z';
  const NOW = Date.parse('2026-11-21T20:00:00Z');

  it('are written as each language writes them, in the agent’s zone and 24 hours', () => {
    const said = (language: string, zone: string) => {
      const format = createFormat(language, zone);
      return [format.time(AT), format.number(1234567.5), format.percent(0.93)].map((text) =>
        text.replace(/\u00a0/g, ' '),
      );
    };
    expect(said('en', 'UTC')).toEqual(['13:05', '1,234,567.5', '93%']);
    expect(said('el', 'Europe/Athens')).toEqual(['15:05', '1.234.567,5', '93%']);
    expect(said('ro', 'Europe/Bucharest')).toEqual(['15:05', '1.234.567,5', '93 %']);
    expect(said('hu', 'Europe/Budapest')).toEqual(['14:05', '1 234 567,5', '93%']);
    expect(said('fa', 'Asia/Tehran')).toEqual(['۱۶:۳۵', '۱٬۲۳۴٬۵۶۷٫۵', '۹۳٪']);
  });

  it('count in Persian by the Jalali calendar', () => {
    expect(createFormat('fa', 'Asia/Tehran').date(AT)).toContain('۱۴۰۵');
    expect(createFormat('fa', 'Asia/Tehran').day(AT)).toContain('۳۰');
  });

  it('put the minus of a late promise before the number in every direction', () => {
    expect(createFormat('en', 'UTC').countdown(-720)).toBe('−12m');
    expect(createFormat('fa', 'UTC').countdown(-720)).toBe('\u200e−۱۲ دقیقه');
    expect(createFormat('en', 'UTC').countdown(5_460)).toBe('1h 31m');
  });

  it('say the day only when it is not today', () => {
    const format = createFormat('en', 'Europe/Athens');
    expect(format.when(AT, NOW)).toBe('15:05');
    expect(format.when('2026-11-20T21:59:00Z', NOW)).toBe('Fri 20 Nov 23:59');
    expect(new Date(format.endOfDay(NOW)).toISOString()).toBe('2026-11-21T22:00:00.000Z');
  });

  it('survive a profile with a zone nobody knows', () => {
    expect(() => createFormat('en', 'Mars/Olympus').time(AT)).not.toThrow();
  });
});

describe('a local day and time', () => {
  it.each(['Europe/Athens', 'Asia/Tehran', 'America/St_Johns', 'UTC'])('goes there and back in %s', (zone) => {
    const at = Date.parse('2026-03-29T09:30:00Z');
    expect(readLocal(writeLocal(at, zone), zone)).toBe(at);
  });

  it('is refused when it is none', () => {
    expect(readLocal('tomorrow', 'UTC')).toBeNull();
  });
});
