import type { ReplyRecipientsView } from '#contracts';
import { differs, joined, readAddresses, warningOf } from './recipients.rules.js';

const person = (address: string, name: string | null = null) => ({ address, name });

describe('addresses as people type and paste them', () => {
  it('are read one by one, with their names', () => {
    expect(readAddresses('eleni@post.test; "Radu M." <radu@posta.test>,\nkati@level.test')).toEqual({
      people: [person('eleni@post.test'), person('radu@posta.test', 'Radu M.'), person('kati@level.test')],
      bad: [],
    });
  });

  it.each(['eleni', 'eleni@', '@post.test', 'a b@post.test', 'a@b@c.test', 'a@b.test\tbcc:c@d.test', '<>'])(
    'are told apart from what is none: %s',
    (text) => expect(readAddresses(text)).toEqual({ people: [], bad: [text.trim()] }),
  );

  it('keep the good ones when one is wrong', () => {
    const { people, bad } = readAddresses('eleni@post.test, nobody');
    expect([people, bad]).toEqual([[person('eleni@post.test')], ['nobody']]);
  });
});

describe('the recipients of a reply', () => {
  const usual: ReplyRecipientsView = {
    to: [person('eleni@post.test')],
    cc: [person('anna@home.test')],
    copied: [],
    customer: ['eleni@post.test', 'eleni@work.test'],
    known: ['eleni@post.test', 'eleni@work.test', 'anna@home.test'],
  };

  it('stand once each, in To before Cc, whatever the case', () => {
    expect(
      joined({
        to: [person('a@x.test'), person('A@X.test')],
        cc: [person('a@x.TEST'), person('b@x.test'), person('b@x.test')],
      }),
    ).toEqual({ to: [person('a@x.test')], cc: [person('b@x.test')] });
  });

  it('raise no warning while they are the usual ones, or another address of the customer', () => {
    expect(warningOf(usual, usual)).toEqual({ withoutCustomer: false, strangers: [] });
    expect(warningOf({ to: [person('Eleni@Work.test')], cc: [] }, usual).withoutCustomer).toBe(false);
  });

  it('warn when the customer is among none of them, copied or not', () => {
    const supplier = person('mill@supplier.test');
    expect(warningOf({ to: [supplier], cc: [person('anna@home.test')] }, usual)).toEqual({
      withoutCustomer: true,
      strangers: [supplier],
    });
    expect(warningOf({ to: [supplier], cc: usual.to }, usual)).toEqual({
      withoutCustomer: false,
      strangers: [supplier],
    });
  });

  it('say nothing about an empty list: it cannot be sent anyway', () => {
    expect(warningOf({ to: [], cc: [] }, usual).withoutCustomer).toBe(false);
  });

  it('are a choice of their own only when they differ', () => {
    expect(differs({ to: [person('ELENI@post.test', 'Eleni')], cc: usual.cc }, usual)).toBe(false);
    expect(differs({ to: usual.to, cc: [] }, usual)).toBe(true);
  });
});
