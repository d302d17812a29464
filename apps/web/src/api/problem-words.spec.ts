import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '#contracts';
import en from '../i18n/catalogues/en.json' with { type: 'json' };
import { ProblemError } from './problem.js';
import { wordsOf } from './problem-words.rules.js';

const ROOT = join(import.meta.dirname, '../../../..');

/** Refusals that no page can bring about: of webhooks, tokens, widgets and queries that only programs write. */
const OF_PROGRAMS = new Set([
  'bad_signature',
  'calendars_not_available',
  'channel_takes_no_messages',
  'event_too_large',
  'invalid_attachment',
  'invalid_channel_secrets',
  'invalid_duration',
  'invalid_id',
  'invalid_instant',
  'invalid_limit',
  'invalid_message',
  'invalid_query',
  'invalid_state',
  'invalid_time_zone',
  'malformed_webhook',
  'no_access_rule',
  'not_an_object',
  'not_described',
  'too_deep',
  'too_many_values',
  'unknown_channel_kind',
]);

/** Said by their status, in every language: gone, not allowed, too large. */
const BY_STATUS = new Set(['forbidden', 'invalid', 'not_found', 'not_signed_in', 'role_too_low', 'too_large']);

function thrownCodes(): Set<string> {
  const codes = new Set<string>();
  const thrown = /\b(?:invalid|conflict|new DomainError)\(\s*'([a-z_0-9]+)'/g;
  for (const folder of ['apps/gateway', 'apps/inbox', 'apps/sla', 'apps/notifier', 'libs']) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.spec.ts') || file.includes('testing')) continue;
      for (const [, code] of readFileSync(join(ROOT, folder, file), 'utf8').matchAll(thrown)) codes.add(code!);
    }
  }
  return codes;
}

const has = (key: string) => key.split('.').reduce<unknown>((at, part) => (at as never)?.[part], en) !== undefined;
const t = (key: string, values: Record<string, unknown> = {}) =>
  String(key.split('.').reduce<unknown>((at, part) => (at as never)?.[part], en)).replace(/\{\{(\w+)\}\}/g, (_, name) =>
    String(values[name as string]),
  );
const said = (status: number, code: string, detail = '', more: Partial<Problem> = {}) =>
  wordsOf(new ProblemError(status, code, detail, more), { language: 'en', t, has });

describe('what is said of a refusal', () => {
  it('is in the catalogue for every refusal that a page can bring about', () => {
    const codes = thrownCodes();
    expect(codes.size).toBeGreaterThan(50);
    expect(
      [...codes].filter((code) => !has(`problems.${code}`) && !OF_PROGRAMS.has(code) && !BY_STATUS.has(code)),
    ).toEqual([]);
  });

  it('is the sentence of its own, without what the server says to programs', () => {
    expect(said(409, 'email_taken', 'Somebody with the address a@b.test is here already.')).toBe(
      en.problems.email_taken,
    );
    expect(said(404, 'wait_not_found', 'There is no wait 7 that you may see.')).toBe(en.problems.http_404);
    expect(said(502, 'odd', 'x')).toBe(en.problems.http_502);
  });

  it('names the fields as the form does, and then what is expected there', () => {
    const errors = ['config.phoneNumber', 'targets[0].odd', 'config.odd'].map((path) => ({ path, message: '' }));
    expect(said(400, 'invalid_channel_config', 'It must be so.', { errors })).toBe(
      `${en.problems.invalid_channel_config} Check: Phone number, Promise, and \u2068config.odd\u2069. \u2068It must be so.\u2069`,
    );
  });

  it('is never nothing, whatever comes', () => {
    expect(said(409, 'brand_new', 'It was not so.')).toBe(`${en.problems.http_409} \u2068It was not so.\u2069`);
    expect(said(418, '', '')).toBe(en.problems.unknown);
    expect(said(400, 'invalid', '', { errors: [{ path: '', message: '' }] })).toBe(en.problems.http_400);
  });
});
