import { existsSync, readFileSync } from 'node:fs';
import { segments } from './segments.js';

const CORPUS = '../shared/corpora/sms-segments.jsonl';

describe('SMS segments', () => {
  it.each([
    ['a'.repeat(160), 'GSM-7', 160, 1],
    ['a'.repeat(161), 'GSM-7', 161, 2],
    ['a'.repeat(306), 'GSM-7', 306, 2],
    ['a'.repeat(307), 'GSM-7', 307, 3],
    ['a'.repeat(158) + '€', 'GSM-7', 160, 1],
    ['a'.repeat(159) + '€', 'GSM-7', 161, 2],
    ['a'.repeat(152) + '€' + 'a'.repeat(152), 'GSM-7', 306, 3],
    ['α'.repeat(70), 'UCS-2', 70, 1],
    ['α'.repeat(71), 'UCS-2', 71, 2],
    ['α'.repeat(134), 'UCS-2', 134, 2],
    ['α'.repeat(135), 'UCS-2', 135, 3],
    ['👍'.repeat(35), 'UCS-2', 70, 1],
    ['👍'.repeat(36), 'UCS-2', 72, 2],
    ['α'.repeat(66) + '👍' + 'α'.repeat(66), 'UCS-2', 134, 3],
    ['Köszönöm szépen', 'GSM-7', 15, 1],
    ['We got your message (ref #48213). A colleague will reply by 17:05.', 'GSM-7', 66, 1],
    ['Λάβαμε το μήνυμά σας (αρ. #48213). Θα σας απαντήσουμε έως τις 17:05.', 'UCS-2', 68, 1],
    ['Am primit mesajul dvs. (nr. #48213). Vă răspundem până la 17:05.', 'UCS-2', 64, 1],
    ['Am primit mesajul dvs. (nr. #48213). Va raspundem pana la 17:05.', 'GSM-7', 64, 1],
    ['Megkaptuk üzenetét (#48213). Legkésőbb 17:05-kor válaszolunk.', 'UCS-2', 61, 1],
    ['پیام شما رسید (شماره ۴۸۲۱۳). تا ساعت ۱۷:۰۵ پاسخ می‌دهیم.', 'UCS-2', 56, 1],
    ['', 'GSM-7', 0, 1],
  ])('counts %j', (text, encoding, units, parts) => {
    expect(segments(text)).toMatchObject({ encoding, units, segments: parts });
  });
});

interface SegmentCase {
  id: string;
  text: string;
  encoding?: string;
  segments: number;
  portable: boolean;
}

if (existsSync(CORPUS)) {
  const cases = readFileSync(CORPUS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SegmentCase)
    .filter((entry) => entry.portable);
  it.each(cases)('counts $id as other calculators do', ({ text, encoding, segments: expected }) => {
    const counted = segments(text);
    expect(counted.segments).toBe(expected);
    // An empty text has no encoding worth arguing about.
    if (encoding && text !== '') expect(counted.encoding).toBe(encoding);
  });
} else {
  it.skip(`SKIPPED: ${CORPUS} is not here, the counts of other calculators were not compared`, () => undefined);
}
