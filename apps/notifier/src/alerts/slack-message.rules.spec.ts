import { FakeClock } from '#kernel';
import { escalation } from '../testing/notifier-app.js';
import type { AlertItem } from './alert.rules.js';
import { durationWords } from './alert.rules.js';
import { digestMessage, singleMessage } from './slack-message.rules.js';

const clock = new FakeClock('2026-11-20T09:00:00Z');
const url = 'https://kairos.shop.test';
const item = (more: Parameters<typeof escalation>[1] = {}, rest: Partial<AlertItem> = {}): AlertItem => ({
  facts: escalation(clock, more),
  ended: null,
  why: null,
  ownerName: null,
  teamName: null,
  answeredByName: null,
  ...rest,
});
const at = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000);

describe('one breach in Slack', () => {
  it('says who waits, on which channel, what was promised, how late, whose it is and where', () => {
    const one = item({ channelKind: 'email', targetSeconds: 86_400 }, { ownerName: 'Ben' });
    const { text, blocks } = singleMessage(one, url, at(65));
    for (const words of [
      'Ada Byron',
      'email',
      'within 24 h',
      '1 h 5 min late',
      'Ben',
      `${url}/inbox/${one.facts.conversationId}`,
    ]) {
      expect(text).toContain(words);
      expect(JSON.stringify(blocks)).toContain(words);
    }
  });

  it('no words of a customer or a colleague become mentions, links or lines of their own', () => {
    const evil = '<!channel> <@U123> <https://evil.test|click> & \n\u202Eevil';
    const one = item({ customerName: evil, preview: evil }, { ownerName: evil, teamName: evil, why: evil });
    const answered = { how: 'answered' as const, at: at(3).toISOString(), byId: null, reason: null };
    for (const message of [
      singleMessage(one, url, at(1)),
      singleMessage({ ...one, ended: answered, answeredByName: evil }, url, at(5)),
      singleMessage({ ...one, ended: { ...answered, how: 'cancelled', reason: evil } }, url, at(5)),
      digestMessage([one, { ...one, ended: answered }], { publicUrl: url, afterDowntime: false, now: at(1) }),
    ]) {
      const out = JSON.stringify(message);
      expect(out).not.toMatch(/<!channel|<@U|<https:\/\/evil/);
      expect(out).toContain('&lt;!channel&gt;');
      expect(out).toContain('"verbatim":true');
      expect(out.includes('\u202E') && !message.text.includes('\u202E')).toBe(false);
    }
  });

  it('a warning is no breach yet', () => {
    const { text } = singleMessage(item({ breached: false, dueAt: at(24).toISOString() }), url, at(0));
    expect(text).toContain('will soon have waited too long');
    expect(text).not.toContain('late');
  });
});

describe('a digest', () => {
  it('names everybody within the limits of Slack, with the longest of links and names', () => {
    const long = 'A very long name of somebody who likes long names, of the house of long names & sons <ltd>';
    const items = Array.from({ length: 60 }, (_, i) => item({ customerName: `${i} ${long}` }, { ownerName: long }));
    const { blocks, text } = digestMessage(items, {
      publicUrl: `https://${'support.'.repeat(6)}shop.test`,
      afterDowntime: false,
      now: at(5),
    });
    const words = blocks.map((block) => block.text?.text ?? '').join('\n');
    for (let i = 0; i < 60; i++) expect(words).toContain(`|${i} A very long name`);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) expect(block.text!.text.length).toBeLessThanOrEqual(3_000);
    expect(text.length).toBeLessThanOrEqual(4_000);
  });

  it('a line is never cut in two', () => {
    const items = Array.from({ length: 60 }, () => item());
    const { blocks } = digestMessage(items, { publicUrl: url, afterDowntime: false, now: at(5) });
    const lines = blocks.slice(1).flatMap((block) => block.text!.text.split('\n'));
    expect(lines).toHaveLength(60);
    for (const line of lines) expect(line).toMatch(/^• <https:.*\|Ada Byron> SMS, 5 min late$/);
  });
});

it.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '24 h'],
  [273_600_000, '3 d 4 h'],
])('%d ms is %s', (ms, words) => expect(durationWords(ms)).toBe(words));
