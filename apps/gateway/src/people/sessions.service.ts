import { Inject, Injectable } from '@nestjs/common';
import type { PersonView } from '#contracts';
import type { Tx } from '#database';
import { DomainError, hashSecret, newId, newSecret } from '#kernel';
import { addressGroup } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { recordAudit } from '../audit/audit.store.js';
import { passwordMatches } from './passwords.js';
import { normalEmail } from './people.service.js';
import { findCredentials, loadPerson } from './people.store.js';
import { SESSION_IDLE_MS } from './session-identity.resolver.js';
import { deleteSession, insertSession } from './sessions.store.js';
import { FailureWindow } from './sign-in.throttle.js';
import { VersionWatch } from './version-watch.js';

/** Where a sign-in comes from. */
export interface Visitor {
  address: string;
  userAgent: string;
  /** The cookie it carries already: replaced, never kept (session fixation). */
  session: string | null;
}

const FAILURES = 10;
const WINDOW_MS = 5 * 60_000;

@Injectable()
export class SessionsService {
  private readonly failures = new FailureWindow(FAILURES, WINDOW_MS);

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
  ) {}

  /** @throws DomainError too_many_attempts, wrong_credentials (the same for somebody unknown and a wrong password) */
  async signIn(email: string, password: string, visitor: Visitor): Promise<{ person: PersonView; token: string }> {
    const address = normalEmail(email);
    const settle = this.attempt([`account ${address}`, `address ${addressGroup(visitor.address)}`]);
    const known = await findCredentials(this.context.db, address);
    const right = await passwordMatches(known?.passwordHash ?? null, password);
    if (!known || !right || !known.active) {
      throw new DomainError(
        'wrong_credentials',
        'unauthenticated',
        'This address and password do not go together. Check both, or ask an administrator for a new password.',
      );
    }
    settle();
    return this.context.db.transaction(async (tx) => {
      const person = (await loadPerson(tx, known.personId))!;
      return { person, token: await this.open(tx, person, visitor) };
    });
  }

  /** A new session in place of the one the browser came with. */
  async open(tx: Tx, person: PersonView, visitor: Visitor): Promise<string> {
    const now = this.context.now();
    const token = newSecret();
    const replaced = visitor.session ? await deleteSession(tx, hashSecret(visitor.session)) : null;
    if (replaced) await this.versions.bump(tx, 'people', replaced);
    const session = {
      id: newId(),
      personId: person.id,
      tokenHash: hashSecret(token),
      address: visitor.address,
      userAgent: visitor.userAgent.replaceAll('\u0000', '').slice(0, 300),
    };
    await insertSession(tx, session, now, new Date(now.getTime() - SESSION_IDLE_MS));
    await recordAudit(tx, {
      at: now,
      actorId: person.id,
      action: 'session.opened',
      subjectKind: 'session',
      subjectId: session.id,
      details: { address: visitor.address },
    });
    return token;
  }

  async signOut(token: string): Promise<void> {
    await this.context.db.transaction(async (tx) => {
      const personId = await deleteSession(tx, hashSecret(token));
      if (!personId) return;
      await this.versions.bump(tx, 'people', personId);
      await recordAudit(tx, {
        at: this.context.now(),
        actorId: personId,
        action: 'session.closed',
        subjectKind: 'session',
        subjectId: null,
      });
    });
  }

  /**
   * Counts a try at each key before it is judged; the answer takes it back once it was right.
   * @throws DomainError too_many_attempts
   */
  attempt(keys: string[]): () => void {
    const nowMs = this.context.now().getTime();
    const wait = Math.max(...keys.map((key) => this.failures.blockedFor(key, nowMs)));
    if (wait > 0) {
      throw new DomainError(
        'too_many_attempts',
        'too_many',
        `There were ${FAILURES} failed attempts within ${WINDOW_MS / 60_000} minutes. Try again in ${wait} seconds.`,
        { retryAfter: wait },
      );
    }
    for (const key of keys) this.failures.count(key, nowMs);
    return () => {
      for (const key of keys) this.failures.forgive(key);
    };
  }
}
