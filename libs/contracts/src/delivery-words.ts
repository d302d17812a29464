/**
 * Why a reply did not arrive, in words that the whole product shares. What is stored and what the API says is the English
 * sentence, with a provider's own words or code behind it; the web says it in the reader's language (`trouble.*` in its
 * catalogues), as gettext does. A sentence that changes here stays in English where it was stored before.
 */
export const DELIVERY_WORDS = {
  no_recipient: 'This reply has no recipient.',
  channel_kind_mute: 'Nothing can be sent by a channel of this kind.',
  channel_removed: 'The channel was removed; answer by another one',
  channel_unusable: 'The channel could not be used; see the log of this installation.',
  channel_unknown: 'Its channel is not known here yet; trying again.',
  broke_off: 'It broke off without an answer.',
  interrupted:
    'It is not known whether this reply left: the program stopped while sending it. Ask the customer, or send it again.',
  not_asked: 'The provider could not be asked about it.',
  late: 'Not accepted within 15 minutes',
  given_up: 'Given up after a day of attempts',
  opted_out_before:
    'Not sent: the customer has opted out of SMS from this number (STOP) and can write START to undo it. Answer by another channel.',
  came_back_before:
    'Not sent: mail to this address came back and the customer has not written since. Correct the address, answer by another channel, or send it again to try all the same.',

  mail_later: 'The mail server asks to try later',
  mail_sign_in: 'The outgoing mail server refused our sign-in',
  mail_too_large: 'The mail is larger than the mail server takes; send smaller files, or a link to them',
  mail_refused: 'The mail server refused it',
  mail_addresses: 'The mail cannot be sent to these addresses',
  mail_some_refused: 'The mail server refused some of the addresses',
  mail_broke_off: 'The connection to the mail server broke',
  mail_unreachable: 'The outgoing mail server cannot be reached',
  mail_no_headers: 'This reply has no mail headers: it was not made for a mail channel.',
  mail_no_server: 'no outgoing mail server: set SMTP_OUT_URL',
  mail_bad_server: 'SMTP_OUT_URL is no address: use smtp://user:password@host:587 or smtps://…',
  mail_came_back: 'The mail came back',

  sms_no_number: 'This is not a phone number that can be reached.',
  sms_opted_out: 'The customer has opted out of SMS from this number (STOP).',
  sms_no_way: 'There is no way from this number to the customer’s.',
  sms_cannot_receive: 'This number cannot receive SMS; it may be a landline.',
  sms_too_long: 'The text is longer than 1,600 characters.',
  sms_no_files: 'Files cannot be sent by SMS: send a text, or answer by email.',
  sms_empty: 'An SMS needs some text.',
  sms_phone_off: 'The phone could not be reached: switched off or without coverage.',
  sms_blocked: 'The customer or their carrier blocks these messages.',
  sms_number_unknown: 'This number is unknown to the carrier or no longer in use.',
  sms_landline: 'This number is a landline or its carrier cannot be reached.',
  sms_filtered: 'The carrier filtered the message as unwanted.',
  sms_carrier_silent: 'The carrier did not deliver it and did not say why.',
  sms_cannot_send: 'The channel’s number cannot send SMS.',
  sms_country_blocked: 'SMS to this country is blocked.',
  sms_not_registered: 'The channel’s number is not registered for business messages in the United States.',
  sms_template_only: 'The time to answer freely is over; only an approved template may be sent.',
  twilio_sign_in: 'Twilio refused our account SID or auth token.',
  twilio_busy: 'Twilio is busy: too many messages at once.',
  twilio_queue: 'Too many messages are waiting at Twilio.',
  twilio_country: 'Your Twilio account may not send to this country.',
  twilio_trial: 'A Twilio trial account sends to verified numbers only.',
  twilio_suspended: 'Your Twilio account is suspended.',
  twilio_no_account: 'This channel has no Twilio account: fill in its settings.',
  twilio_silent: 'Twilio could not deliver it and did not say why.',
  twilio_error: 'Twilio could not deliver it',
  twilio_no_word: 'Twilio answered without saying whether it took the message.',
  twilio_status: 'Twilio answered with status',
  twilio_unreachable: 'Twilio cannot be reached.',
  twilio_broke_off: 'The connection to Twilio broke before it answered.',

  meta_too_late:
    'The time to answer is over: Meta allows 24 hours after the customer’s last message, and 7 days to pages with the Human Agent permission. Answer by another channel.',
  meta_unknown_customer: 'Meta does not know this customer, or they deleted the chat.',
  meta_token: 'The page’s access token is no longer valid: connect the channel again.',
  meta_not_allowed: 'The page may not write to this customer: a permission is missing, or they blocked the page.',
  meta_left: 'This customer cannot be reached at the moment: they blocked the page or left Messenger.',
  meta_too_long: 'The text is longer than 2,000 characters, the most that Messenger takes.',
  meta_file_too_large: 'A file is larger than Messenger takes; send a link to it',
  meta_file_refused: 'Meta did not take a file',
  meta_file_lost: 'The text arrived, a file did not',
  meta_empty: 'A message needs some text or a file.',
  meta_no_token: 'This channel has no page access token: fill in its settings.',
  meta_no_word: 'Meta answered without saying whether it took the message.',
  meta_status: 'Meta answered with status',
  meta_unreachable: 'Meta cannot be reached.',
  meta_broke_off: 'The connection to Meta broke before it answered.',

  custom_no_address: 'no replyUrl: set the address that takes replies in this channel’s settings',
  custom_answered: 'The reply address answered',
  custom_silent: 'The reply address did not answer in time.',
  custom_unreachable: 'The reply address cannot be reached.',
  custom_refused: 'The reply address cannot be used',
} as const;

export type DeliveryTrouble = keyof typeof DELIVERY_WORDS;

/** A longer sentence may begin like a shorter one. */
const LONGEST_FIRST = (Object.entries(DELIVERY_WORDS) as [DeliveryTrouble, string][]).sort(
  ([, a], [, b]) => b.length - a.length,
);

/** A reason taken apart into what we say, by its name, and what stands between and behind it as it is. */
export function partsOfReason(reason: string): ({ trouble: DeliveryTrouble } | { words: string })[] {
  const [trouble, sentence] = LONGEST_FIRST.find(([, words]) => reason.startsWith(words)) ?? [null, ''];
  if (trouble === null) return reason === '' ? [] : [{ words: reason }];
  const rest = reason.slice(sentence.length);
  const inner = /^: (.*)$/s.exec(rest)?.[1];
  if (inner === undefined) return [{ trouble }, ...(rest === '' ? [] : [{ words: rest }])];
  return [{ trouble }, { words: ': ' }, ...partsOfReason(inner)];
}
