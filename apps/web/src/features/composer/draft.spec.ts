import { addressedBy, addressedOn, afterSending, EMPTY, fromKept, isBlank, joined, toKeep } from './draft.rules.js';
import type { Draft } from './draft.rules.js';

const mail = { id: 'mail', kind: 'email' };
const recipients = { to: [{ address: 'mill@supplier.test', name: 'The mill' }], cc: [] };
const draft: Draft = { text: 'Can you', kind: 'reply', addressed: addressedOn(recipients, mail) };
/** What the server answers after a draft was kept there: what is absent comes back as null. */
const reloaded = (one: Draft) => fromKept({ channelId: null, to: null, cc: null, ...toKeep(one) });

describe('a draft whose author chose the recipients', () => {
  it('comes back from a reload with them and on their channel, also when nobody is left in To', () => {
    expect(reloaded(draft)).toEqual(draft);
    const nobody = { ...draft, addressed: addressedOn({ to: [], cc: [] }, mail) };
    expect(reloaded(nobody)).toEqual(nobody);
  });

  it('is worth keeping before its first word', () => {
    expect(isBlank({ ...draft, text: ' ' })).toBe(false);
    expect(isBlank({ ...EMPTY, text: ' ' })).toBe(true);
  });

  it('takes them along to another channel of mail, and forgets them on a channel that has none', () => {
    expect(addressedOn(draft.addressed, { id: 'other', kind: 'email' })).toEqual({ ...recipients, channelId: 'other' });
    for (const kind of ['sms', 'webchat', 'messenger', 'custom']) {
      expect(addressedOn(draft.addressed, { id: 'other', kind })).toBeNull();
    }
  });

  it('forgets them with the reply that is sent, not with a note, and has them again when the reply comes back', () => {
    expect(afterSending(draft)).toEqual(EMPTY);
    const note: Draft = { ...draft, kind: 'note' };
    expect(afterSending(note)).toEqual({ ...note, text: '' });
    expect(addressedBy({ recipients, channelId: 'mail' })).toEqual(draft.addressed);
    expect(addressedBy({ recipients: null, channelId: 'mail' })).toBeNull();
  });
});

describe('a kept draft that arrives after its author has begun', () => {
  const since = (change: Partial<Draft>): Draft => ({ ...EMPTY, ...change });

  it('is there as it was when nothing was written yet', () => {
    expect(joined(draft, EMPTY)).toEqual(draft);
    expect(joined({ ...draft, kind: 'note' }, EMPTY)).toEqual({ ...draft, kind: 'note' });
  });

  it('stands above what was written meanwhile, to whom was chosen meanwhile', () => {
    expect(joined(draft, since({ text: 'Hello' }))).toEqual({ ...draft, text: 'Can you\n\nHello' });
    const other = addressedOn({ to: [], cc: [] }, mail);
    expect(joined(draft, since({ addressed: other })).addressed).toEqual(other);
  });

  it('is not said twice when the same words have come back with a reply that was undone', () => {
    expect(joined(draft, since({ text: 'Can you' })).text).toBe('Can you');
    expect(joined({ ...draft, text: 'Can you\n' }, since({ text: 'Can you\n\nPlease' })).text).toBe(
      'Can you\n\nPlease',
    );
    expect(joined({ ...draft, text: '' }, since({ text: 'Hello' })).text).toBe('Hello');
  });

  it('follows the key for a note, and stays a note whatever key was pressed', () => {
    expect(joined(draft, since({ kind: 'note' })).kind).toBe('note');
    expect(joined({ ...draft, kind: 'note' }, since({ text: 'Hello', kind: 'reply' })).kind).toBe('note');
  });
});

describe('a draft whose recipients were left as proposed', () => {
  const usual: Draft = { ...draft, addressed: null };

  it('names nobody to the server, and nobody after a reload', () => {
    expect(toKeep(usual)).toEqual({ text: 'Can you', kind: 'reply' });
    expect(reloaded(usual)).toEqual(usual);
  });

  it('is what the half of a choice counts as, and what a server says that knows of none', () => {
    const words = { text: 'Can you', kind: 'reply' as const };
    expect(fromKept({ ...words, channelId: 'mail', to: recipients.to, cc: null })).toEqual(usual);
    expect(fromKept(words)).toEqual(usual);
  });
});
