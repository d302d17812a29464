export interface SmsSegments {
  encoding: 'GSM-7' | 'UCS-2';
  /** GSM-7 septets (escaped characters cost two) or UTF-16 units. */
  units: number;
  segments: number;
  /** Units that one part holds at this length: 160 or 153, 70 or 67. */
  perSegment: number;
}

const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const ESCAPED = '^{}\\[~]|€\f';
const COST = new Map<string, number>([
  ...[...GSM].map((character) => [character, 1] as const),
  ...[...ESCAPED].map((character) => [character, 2] as const),
]);

/** How a provider cuts a text into parts (domain.md 7.1): one character outside GSM-7 turns all of it into UCS-2. */
export function segments(text: string): SmsSegments {
  const costs: number[] = [];
  let gsm = true;
  for (const character of text) {
    const cost = COST.get(character);
    if (cost === undefined) gsm = false;
    costs.push(gsm ? cost! : 0);
    if (!gsm) break;
  }
  if (gsm) return count('GSM-7', costs, 160, 153);
  return count(
    'UCS-2',
    Array.from(text, (character) => character.length),
    70,
    67,
  );
}

/** Two-unit characters (an escape pair, a surrogate pair) are never cut in half: they move to the next part whole. */
function count(encoding: SmsSegments['encoding'], costs: number[], single: number, part: number): SmsSegments {
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  if (units <= single) return { encoding, units, segments: 1, perSegment: single };
  let parts = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > part) {
      parts += 1;
      used = 0;
    }
    used += cost;
  }
  return { encoding, units, segments: parts, perSegment: part };
}
