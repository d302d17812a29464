/** What Twilio and the carriers act on by themselves (channels.md 5.3): from then on nothing from this number arrives. */
const CARRIER_STOP = words('stop stopall unsubscribe cancel end quit revoke optout');
const CARRIER_START = words('start unstop');
/** Said to us, not to the carrier (domain.md 5): no more surveys and notices, while answers still arrive. */
const OURS = words('στοπ διαγραφη dezabonare leiratkozas لغو');

/** A whole message that is about consent and asks nothing: it opens no wait. */
export function isConsentWord(text: string): boolean {
  const word = form(text);
  return CARRIER_STOP.has(word) || CARRIER_START.has(word) || OURS.has(word);
}

/**
 * What a whole message did to the line between this customer and our number; null: nothing. `YES` ends a stop too, and
 * is an ordinary answer where there is none.
 */
export function carrierConsent(text: string): 'stop' | 'start' | null {
  const word = form(text);
  if (CARRIER_STOP.has(word)) return 'stop';
  return CARRIER_START.has(word) || word === 'yes' ? 'start' : null;
}

/** Case and accents aside: ΔΙΑΓΡΑΦΉ, leiratkozás. */
function form(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .trim()
    .toLowerCase()
    .replaceAll('ς', 'σ');
}

function words(list: string): Set<string> {
  return new Set(list.split(' ').map(form));
}
