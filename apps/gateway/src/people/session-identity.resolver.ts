import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { hashSecret } from '#kernel';
import { type Headers, type Identity, IdentityResolver } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { findSession, findToken, type SignedIn } from './sessions.store.js';
import { VersionWatch } from './version-watch.js';

export const SESSION_COOKIE = 'kairos_session';
export const TOKEN_PREFIX = 'kairos_';
/** A session that nobody uses for this long is over. */
export const SESSION_IDLE_MS = 30 * 86_400_000;
/** Asked again after this long at the latest; a change in this process or another one is noticed sooner. */
const CACHE_MS = 5_000;

interface Cached {
  answer: Promise<Identity | null>;
  untilMs: number;
}

/** Finds out who asks: a bearer token where there is one, otherwise the session cookie. */
@Injectable()
export class SessionIdentityResolver extends IdentityResolver implements OnModuleInit {
  private readonly events = new EventEmitter().setMaxListeners(0);
  private readonly cache = new Map<string, Cached>();

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
  ) {
    super();
  }

  onModuleInit(): void {
    this.versions.on('people', (personId) => {
      this.cache.clear();
      this.events.emit('changed', personId);
    });
  }

  async resolve(headers: Headers): Promise<Identity | null> {
    const token = bearerOf(headers);
    if (token !== null) return this.resolveToken(token);
    const session = sessionOf(headers);
    return session ? this.cached(session, 'cookie') : null;
  }

  /** For sockets, whose handshake carries a bare token instead of a header. */
  async resolveToken(token: string): Promise<Identity | null> {
    return token.startsWith(TOKEN_PREFIX) ? this.cached(token, 'token') : null;
  }

  /**
   * Credentials, role or teams of a person changed (null: of somebody, seen from another process): who holds something
   * open resolves again, and closes it when that answers null.
   */
  onChanged(listener: (personId: string | null) => void): () => void {
    this.events.on('changed', listener);
    return () => this.events.off('changed', listener);
  }

  private cached(secret: string, via: Identity['via']): Promise<Identity | null> {
    const hash = hashSecret(secret);
    const nowMs = performance.now();
    const known = this.cache.get(hash);
    if (known && known.untilMs > nowMs) return known.answer;
    if (this.cache.size > 10_000) this.cache.clear();
    const answer = this.look(hash, via);
    this.cache.set(hash, { answer, untilMs: nowMs + CACHE_MS });
    answer.catch(() => this.cache.delete(hash)); // trouble with the database is no answer
    return answer;
  }

  private async look(hash: string, via: Identity['via']): Promise<Identity | null> {
    const { db } = this.context;
    const now = this.context.now();
    const found: SignedIn | null =
      via === 'token'
        ? await findToken(db, hash, now)
        : await findSession(db, hash, now, new Date(now.getTime() - SESSION_IDLE_MS));
    return found && { personId: found.personId, role: found.role, teamIds: found.teamIds, scopes: found.scopes, via };
  }
}

/** The token of an Authorization header; '' when the header is something else (then nobody is signed in). */
export function bearerOf(headers: Headers): string | null {
  const header = headers['authorization'];
  if (typeof header !== 'string') return null;
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
}

/** The session cookie's value. */
export function sessionOf(headers: Headers): string | null {
  const header = headers['cookie'];
  if (typeof header !== 'string') return null;
  for (const part of header.split(';')) {
    const cut = part.indexOf('=');
    if (part.slice(0, cut).trim() === SESSION_COOKIE) return part.slice(cut + 1).trim() || null;
  }
  return null;
}
