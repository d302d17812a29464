/** Twilio's error codes in words for the agent who wrote the reply (channels.md 5.3). */
const WORDS: Record<string, string> = {
  '20003': 'Twilio refused our account SID or auth token.',
  '20429': 'Twilio is busy: too many messages at once.',
  '21211': 'This is not a phone number that can be reached.',
  '21408': 'Your Twilio account may not send to this country.',
  '21606': 'The channel’s number cannot send SMS.',
  '21608': 'A Twilio trial account sends to verified numbers only.',
  '21610': 'The customer has opted out of SMS from this number (STOP).',
  '21612': 'There is no way from this number to the customer’s.',
  '21614': 'This number cannot receive SMS; it may be a landline.',
  '21617': 'The text is longer than 1,600 characters.',
  '30001': 'Too many messages are waiting at Twilio.',
  '30002': 'Your Twilio account is suspended.',
  '30003': 'The phone could not be reached: switched off or without coverage.',
  '30004': 'The customer or their carrier blocks these messages.',
  '30005': 'This number is unknown to the carrier or no longer in use.',
  '30006': 'This number is a landline or its carrier cannot be reached.',
  '30007': 'The carrier filtered the message as unwanted.',
  '30008': 'The carrier did not deliver it and did not say why.',
  '30034': 'The channel’s number is not registered for business messages in the United States.',
  '60605': 'SMS to this country is blocked.',
  '63016': 'The time to answer freely is over; only an approved template may be sent.',
};

export function wordsFor(code: string | null, fallback: string | null): string {
  const known = code === null ? undefined : WORDS[code];
  if (known) return `${known} (Twilio ${code})`;
  const told = fallback?.trim();
  if (told) return code === null ? told : `${told} (Twilio ${code})`;
  return code === null
    ? 'Twilio could not deliver it and did not say why.'
    : `Twilio could not deliver it (error ${code}).`;
}
