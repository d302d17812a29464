import type { Role } from '#contracts';
import { sameSecret, sign } from '#kernel';

/** Who asks. Teams bound what agents and leads see; managers and administrators see everything (security.md D1). */
export interface Identity {
  personId: string;
  role: Role;
  teamIds: string[];
  /** Narrowed by an API token; empty: whatever the person may do. */
  scopes: string[];
  via: 'cookie' | 'token';
}

/** Request headers as Fastify gives them. */
export type Headers = Record<string, string | string[] | undefined>;

/** Finds out who asks; null: nobody is signed in. Gateway asks its sessions, the other apps check gateway's signature. */
export abstract class IdentityResolver {
  abstract resolve(headers: Headers): Promise<Identity | null>;
}

export const IDENTITY_HEADER = 'x-kairos-identity';
const LIFETIME_MS = 60_000;

/** `<base64url json>.<expiry ms>.<hmac>`: what gateway adds when it proxies to an app; stripped at the public edge. */
export function signIdentity(secret: string, identity: Identity, nowMs: number): string {
  const body = `${Buffer.from(JSON.stringify(identity)).toString('base64url')}.${nowMs + LIFETIME_MS}`;
  return `${body}.${sign(secret, 'identity', body)}`;
}

export function verifyIdentity(secret: string, header: string, nowMs: number): Identity | null {
  const cut = header.lastIndexOf('.');
  const body = header.slice(0, cut);
  if (!sameSecret(header.slice(cut + 1), sign(secret, 'identity', body))) return null;
  const [json, expiry] = body.split('.');
  if (!json || Number(expiry) < nowMs) return null;
  return JSON.parse(Buffer.from(json, 'base64url').toString('utf8')) as Identity;
}

/** For inbox, sla and notifier as processes of their own: they believe gateway's signature and nothing else. */
export class SignedIdentityResolver extends IdentityResolver {
  constructor(
    private readonly secret: string,
    private readonly nowMs: () => number,
  ) {
    super();
  }

  async resolve(headers: Headers): Promise<Identity | null> {
    const header = headers[IDENTITY_HEADER];
    return typeof header === 'string' ? verifyIdentity(this.secret, header, this.nowMs()) : null;
  }
}
