import type { MessageView } from '#contracts';
import { guessHeight, isRich } from './html.rules.js';
import { splittable, timeline } from './items.rules.js';
import { splitQuoted } from './quoted.rules.js';
import { presetAt } from './snooze.rules.js';

describe('where a conversation can be split', () => {
  const seqs = (first: number, ...kinds: MessageView['kind'][]) =>
    splittable(kinds.map((kind, index) => ({ seq: first + index, kind }) as MessageView)).map(({ seq }) => seq);

  it('leaves a public message on both sides', () => {
    expect(seqs(1, 'inbound', 'note', 'reply', 'system', 'inbound')).toEqual([3, 5]);
    expect(seqs(1, 'system', 'inbound', 'inbound')).toEqual([3]);
  });

  it('is nowhere where only one message is public', () => {
    expect(seqs(1, 'inbound', 'note', 'system')).toEqual([]);
    expect(seqs(1, 'note')).toEqual([]);
  });

  it('may be the first loaded message of a longer thread', () => expect(seqs(40, 'inbound', 'note')).toEqual([40]));
});

describe('quoted text', () => {
  it.each([
    ['On Mon, 16 Nov 2026 at 10:02, Shop <hello@shop.example> wrote:'],
    ['Στις Δευ 16 Νοε 2026 στις 10:02 π.μ., η Shop <hello@shop.example> έγραψε:'],
    ['În lun., 16 nov. 2026 la 10:02, Shop <hello@shop.example> a scris:'],
    ['Shop <hello@shop.example> ezt írta (időpont: 2026. nov. 16., H, 10:02):'],
    ['در دوشنبه ۲۵ آبان ۱۴۰۵ ساعت ۱۰:۰۲ Shop نوشت:'],
    ['-----Original Message-----'],
  ])('is folded from “%s” on', (introduction) => {
    const text = `Thank you.\n\n${introduction}\n> your parcel is on its way\n> it comes on Tuesday`;
    expect(splitQuoted(text)).toEqual({
      own: 'Thank you.',
      quoted: `${introduction}\n> your parcel is on its way\n> it comes on Tuesday`,
    });
  });

  it('is folded when it is only marked by >', () => {
    expect(splitQuoted('Yes.\n> Is it red?')).toEqual({ own: 'Yes.', quoted: '> Is it red?' });
  });

  it('stays when the answers stand between the quoted lines', () => {
    const text = 'On Mon, 16 Nov 2026 at 10:02, Shop <a@b.c> wrote:\n> Is it red?\nYes.\n> Is it big?\nNo.\n> Thanks';
    expect(splitQuoted(text)).toEqual({ own: text, quoted: null });
  });

  it('stays when there is nothing else, and when a sentence only mentions that somebody wrote', () => {
    expect(splitQuoted('> only this').quoted).toBeNull();
    expect(splitQuoted('My aunt wrote: come soon.\nSo I came.').quoted).toBeNull();
  });
});

describe('a mail', () => {
  it('is shown as text when its HTML says nothing more', () => {
    expect(isRich('<div>Hello<br>there</div>')).toBe(false);
    expect(isRich('<p>See <a href="https://shop.example/a">https://shop.example/a</a></p>')).toBe(false);
    expect(isRich(null)).toBe(false);
  });

  it('keeps its form when form carries meaning', () => {
    expect(isRich('<table><tr><td>1</td></tr></table>')).toBe(true);
    expect(isRich('<p style="color:red">late</p>')).toBe(true);
    expect(isRich('<a href="https://shop.example/pay">Pay now</a>')).toBe(true);
  });

  it('gets more room the longer it is, within bounds', () => {
    const heights = [1, 20, 100_000].map((words) => guessHeight(`<p>${'word '.repeat(words)}</p>`));
    expect(heights[0]).toBeLessThan(heights[1]!);
    expect(heights[2]).toBe(2_400);
  });
});

describe('the timeline', () => {
  const line = (seq: number, kind: MessageView['kind'], at: string): MessageView =>
    ({
      id: `m${seq}`,
      seq,
      kind,
      at,
      channelId: 'c',
      authorId: null,
      from: { address: 'a', name: null },
      automatic: false,
      courtesy: false,
    }) as MessageView;

  it('divides days, gathers system lines, and joins what one person wrote in a row', () => {
    const items = timeline(
      [
        line(1, 'inbound', '2026-11-20T10:00:00.000Z'),
        line(2, 'inbound', '2026-11-20T10:02:00.000Z'),
        line(3, 'system', '2026-11-20T10:03:00.000Z'),
        line(4, 'system', '2026-11-20T10:03:00.000Z'),
        line(5, 'inbound', '2026-11-21T10:00:00.000Z'),
      ],
      (at) => at.slice(0, 10),
    );
    expect(items.map((item) => (item.type === 'message' ? [item.type, item.joined] : [item.type]))).toEqual([
      ['day'],
      ['message', false],
      ['message', true],
      ['system'],
      ['day'],
      ['message', false],
    ]);
    expect(items[3]).toMatchObject({ messages: [{ seq: 3 }, { seq: 4 }] });
  });
});

describe('snoozing', () => {
  const at = (iso: string, preset: Parameters<typeof presetAt>[0], zone: string) => {
    const found = presetAt(preset, Date.parse(iso), zone);
    return found === null ? null : new Date(found).toISOString();
  };

  it('wakes at nine by the agent’s own clock', () => {
    expect(at('2026-11-21T20:00:00Z', 'tomorrow', 'Europe/Athens')).toBe('2026-11-22T07:00:00.000Z');
    expect(at('2026-11-21T20:00:00Z', 'tomorrow', 'Asia/Tehran')).toBe('2026-11-22T05:30:00.000Z');
    // 01:30 of the 22nd in Athens: tomorrow is the 23rd.
    expect(at('2026-11-21T23:30:00Z', 'tomorrow', 'Europe/Athens')).toBe('2026-11-23T07:00:00.000Z');
  });

  it('crosses a change of the clocks', () => {
    expect(at('2026-10-24T12:00:00Z', 'tomorrow', 'Europe/Athens')).toBe('2026-10-25T07:00:00.000Z');
    expect(at('2026-03-28T12:00:00Z', 'tomorrow', 'Europe/Athens')).toBe('2026-03-29T06:00:00.000Z');
  });

  it('offers no evening that is over, and on a Monday the next one', () => {
    expect(at('2026-11-21T16:30:00Z', 'evening', 'Europe/Athens')).toBeNull();
    expect(at('2026-11-23T08:00:00Z', 'monday', 'Europe/Athens')).toBe('2026-11-30T07:00:00.000Z');
  });
});
