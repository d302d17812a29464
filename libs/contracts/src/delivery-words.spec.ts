import { DELIVERY_WORDS, partsOfReason } from './delivery-words.js';

describe('the reason of a reply that did not arrive', () => {
  it('is taken apart into our sentence and the provider’s words', () => {
    expect(partsOfReason('The mail server refused it: 550 5.1.1 no such user')).toEqual([
      { trouble: 'mail_refused' },
      { words: ': ' },
      { words: '550 5.1.1 no such user' },
    ]);
    expect(partsOfReason(`${DELIVERY_WORDS.sms_opted_out} (Twilio 21610)`)).toEqual([
      { trouble: 'sms_opted_out' },
      { words: ' (Twilio 21610)' },
    ]);
  });

  it('may be a sentence within a sentence', () => {
    const reason = `${DELIVERY_WORDS.given_up}: ${DELIVERY_WORDS.mail_later}: 451 busy`;
    expect(partsOfReason(reason).flatMap((part) => ('trouble' in part ? part.trouble : []))).toEqual([
      'given_up',
      'mail_later',
    ]);
  });

  it('is the longer sentence where two begin alike', () => {
    expect(partsOfReason(DELIVERY_WORDS.twilio_silent)).toEqual([{ trouble: 'twilio_silent' }]);
    expect(partsOfReason(`${DELIVERY_WORDS.twilio_error} (error 1).`)[0]).toEqual({ trouble: 'twilio_error' });
  });

  it('stays as it is where nobody here has said it', () => {
    expect(partsOfReason('Mailbox full')).toEqual([{ words: 'Mailbox full' }]);
    expect(partsOfReason('')).toEqual([]);
  });

  it('gives every name a sentence of its own', () => {
    for (const [trouble, words] of Object.entries(DELIVERY_WORDS)) expect(partsOfReason(words)).toEqual([{ trouble }]);
  });
});
