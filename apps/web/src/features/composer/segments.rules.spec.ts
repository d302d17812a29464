import { segmentsOf } from './segments.rules.js';

const a = (count: number) => 'a'.repeat(count);
const alpha = (count: number) => 'α'.repeat(count);
const emoji = (count: number) => '😀'.repeat(count);

describe('what a text message costs', () => {
  it.each([
    ['', 0, 0],
    [a(160), 160, 1],
    [a(161), 161, 2],
    [a(306), 306, 2],
    [a(307), 307, 3],
    [`${a(158)}€`, 160, 1],
    [`${a(159)}€`, 161, 2],
    [`${a(152)}€${a(152)}`, 306, 3],
    [alpha(70), 70, 1],
    [alpha(71), 71, 2],
    [alpha(134), 134, 2],
    [alpha(135), 135, 3],
    [emoji(35), 70, 1],
    [emoji(36), 72, 2],
    [`${alpha(66)}😀${alpha(66)}`, 134, 3],
    ['We got your message (ref #48213). A colleague will reply by 17:05.', 66, 1],
    ['Λάβαμε το μήνυμά σας (αρ. #48213). Θα σας απαντήσουμε έως τις 17:05.', 68, 1],
    ['Am primit mesajul dvs. (nr. #48213). Vă răspundem până la 17:05.', 64, 1],
    ['Megkaptuk üzenetét (#48213). Legkésőbb 17:05-kor válaszolunk.', 61, 1],
    ['پیام شما رسید (شماره ۴۸۲۱۳). تا ساعت ۱۷:۰۵ پاسخ می‌دهیم.', 56, 1],
  ])('%#: units and segments', (text, units, segments) => {
    expect(segmentsOf(text)).toMatchObject({ units, segments });
  });

  it('stays cheap for Romanian without diacritics and for Hungarian with ö and é', () => {
    expect(segmentsOf('Va raspundem pana la 17:05.').encoding).toBe('GSM-7');
    expect(segmentsOf('Köszönöm szépen').encoding).toBe('GSM-7');
    expect(segmentsOf('Vă răspundem').encoding).toBe('UCS-2');
  });
});
