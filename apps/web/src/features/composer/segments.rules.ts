/** Units of a text message (domain.md 7.1): what the agent's words cost, and why they cost it. */
export interface Segments {
  encoding: 'GSM-7' | 'UCS-2';
  units: number;
  segments: number;
}

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '^{}\\[~]|€\f';

const basic = new Set(BASIC);
const extended = new Set(EXTENDED);

export function segmentsOf(text: string): Segments {
  const signs = [...text];
  const gsm = signs.every((sign) => basic.has(sign) || extended.has(sign));
  const costs = signs.map((sign) => (gsm ? (extended.has(sign) ? 2 : 1) : sign.length));
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  return {
    encoding: gsm ? 'GSM-7' : 'UCS-2',
    units,
    segments: units <= single ? Math.min(1, units) : countParts(costs, part),
  };
}

/** An escape pair or a surrogate pair is never split over two parts. */
function countParts(costs: number[], part: number): number {
  let parts = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > part) {
      parts += 1;
      used = 0;
    }
    used += cost;
  }
  return parts;
}
