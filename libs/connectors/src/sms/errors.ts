import { DELIVERY_WORDS } from '#contracts';
/** Twilio's error codes in words for the agent who wrote the reply (channels.md 5.3). */
const WORDS: Record<string, string> = {
  '20003': DELIVERY_WORDS.twilio_sign_in,
  '20429': DELIVERY_WORDS.twilio_busy,
  '21211': DELIVERY_WORDS.sms_no_number,
  '21408': DELIVERY_WORDS.twilio_country,
  '21606': DELIVERY_WORDS.sms_cannot_send,
  '21608': DELIVERY_WORDS.twilio_trial,
  '21610': DELIVERY_WORDS.sms_opted_out,
  '21612': DELIVERY_WORDS.sms_no_way,
  '21614': DELIVERY_WORDS.sms_cannot_receive,
  '21617': DELIVERY_WORDS.sms_too_long,
  '30001': DELIVERY_WORDS.twilio_queue,
  '30002': DELIVERY_WORDS.twilio_suspended,
  '30003': DELIVERY_WORDS.sms_phone_off,
  '30004': DELIVERY_WORDS.sms_blocked,
  '30005': DELIVERY_WORDS.sms_number_unknown,
  '30006': DELIVERY_WORDS.sms_landline,
  '30007': DELIVERY_WORDS.sms_filtered,
  '30008': DELIVERY_WORDS.sms_carrier_silent,
  '30034': DELIVERY_WORDS.sms_not_registered,
  '60605': DELIVERY_WORDS.sms_country_blocked,
  '63016': DELIVERY_WORDS.sms_template_only,
};

export function wordsFor(code: string | null, fallback: string | null): string {
  const known = code === null ? undefined : WORDS[code];
  if (known) return `${known} (Twilio ${code})`;
  const told = fallback?.trim();
  if (told) return code === null ? told : `${told} (Twilio ${code})`;
  return code === null ? DELIVERY_WORDS.twilio_silent : `${DELIVERY_WORDS.twilio_error} (error ${code}).`;
}
