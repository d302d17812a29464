import { createHmac } from 'node:crypto';
import { cleanText, sameSecret, withoutOverrides } from '#kernel';

/** The longest a proof may live (security.md J1). */
const LONGEST_SECONDS = 3_600;
const TOLERANCE_SECONDS = 60;

export interface IdentityProof {
  /** The customer's id at the website. */
  subject: string;
  name: string | null;
  /** `jti`: good once. */
  proofId: string;
  expiresAt: Date;
}

/**
 * A JWT signed by the website's own server with the channel's identitySecret: HS256 and nothing else, `sub`, `jti`,
 * `aud` one of ours, `exp` within the hour. Null for anything else; no secret configured, nothing is accepted.
 * @param audiences the channel's id and its website token
 */
export function readIdentityProof(
  jwt: string,
  secrets: (string | undefined)[],
  audiences: string[],
  now: Date,
): IdentityProof | null {
  const [head, body, mac, more] = jwt.split('.');
  if (!head || !body || !mac || more !== undefined) return null;
  if (json(head)?.['alg'] !== 'HS256') return null;
  const signed = (secret: string | undefined) =>
    secret !== undefined &&
    secret !== '' &&
    sameSecret(mac, createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url'));
  if (!secrets.some(signed)) return null;
  const { sub, jti, exp, nbf, aud, name } = json(body) ?? {};
  const nowSeconds = now.getTime() / 1_000;
  if (typeof sub !== 'string' || sub === '' || sub.length > 300) return null;
  if (typeof jti !== 'string' || jti === '' || jti.length > 300) return null;
  if (typeof exp !== 'number' || exp <= nowSeconds || exp > nowSeconds + LONGEST_SECONDS + TOLERANCE_SECONDS)
    return null;
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds + TOLERANCE_SECONDS)) return null;
  if (![aud].flat().some((one) => typeof one === 'string' && audiences.includes(one))) return null;
  return {
    subject: cleanText(sub),
    name: typeof name === 'string' && name.trim() ? withoutOverrides(cleanText(name)).trim().slice(0, 200) : null,
    proofId: cleanText(jti),
    expiresAt: new Date(exp * 1_000),
  };
}

function json(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
