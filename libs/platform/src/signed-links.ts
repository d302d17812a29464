import { sameSecret, sign } from '#kernel';

/** What a download link stands for; the app that checked the conversation's access makes it, gateway serves it. */
export type FileLink =
  | { kind: 'blob'; sha256: string; name: string; contentType: string; inline: boolean }
  | { kind: 'receipt'; receiptId: string };

const LIFETIME_MS = 60_000;

/** `/files/<base64url>.<expiry>.<hmac>`: lives for a minute; access is checked each time before one is made. */
export function signFileLink(secret: string, link: FileLink, nowMs: number): string {
  const body = `${Buffer.from(JSON.stringify(link)).toString('base64url')}.${nowMs + LIFETIME_MS}`;
  return `/files/${body}.${sign(secret, 'file-link', body)}`;
}

/** Null when forged or expired. @param text what follows `/files/` */
export function readFileLink(secret: string, text: string, nowMs: number): FileLink | null {
  const cut = text.lastIndexOf('.');
  const body = text.slice(0, Math.max(0, cut));
  if (!sameSecret(text.slice(cut + 1), sign(secret, 'file-link', body))) return null;
  const [json, expiry] = body.split('.');
  if (!json || Number(expiry) < nowMs) return null;
  return JSON.parse(Buffer.from(json, 'base64url').toString('utf8')) as FileLink;
}
