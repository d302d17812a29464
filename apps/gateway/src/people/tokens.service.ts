import { Inject, Injectable } from '@nestjs/common';
import type { TokenView } from '#contracts';
import { cleanText, forbidden, hashSecret, isId, newId, newSecret, notFound } from '#kernel';
import type { Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { type AuditEntry, recordAudit } from '../audit/audit.store.js';
import { mayIssue, type Scope } from './scopes.rules.js';
import { TOKEN_PREFIX } from './session-identity.resolver.js';
import { deleteToken, insertToken, listTokens } from './tokens.store.js';
import { VersionWatch } from './version-watch.js';

/** Long enough for an integration, short enough that a forgotten one ends. */
const LIFETIME_DAYS = 365;

export type IssuedToken = TokenView & { token: string };

@Injectable()
export class TokensService {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
  ) {}

  list(asker: Identity, before: string | null, limit: number): Promise<TokenView[]> {
    return listTokens(this.context.db, asker.personId, before, limit);
  }

  /** The token itself is in this answer and nowhere else afterwards. */
  async create(
    asker: Identity,
    wanted: { name: string; scopes?: Scope[]; expiresInDays?: number },
  ): Promise<IssuedToken> {
    const scopes = [...new Set(wanted.scopes ?? [])];
    if (!mayIssue(asker.scopes, scopes)) {
      throw forbidden(
        `This token may ${asker.scopes.join(', ')}; it makes no token that may do more. Sign in instead.`,
      );
    }
    const now = this.context.now();
    const token = newSecret(TOKEN_PREFIX);
    const expiresAt = new Date(now.getTime() + (wanted.expiresInDays ?? LIFETIME_DAYS) * 86_400_000);
    const id = newId();
    const name = cleanText(wanted.name).trim();
    await this.context.db.transaction(async (tx) => {
      await insertToken(
        tx,
        { id, personId: asker.personId, name, tokenHash: hashSecret(token), scopes, expiresAt },
        now,
      );
      await recordAudit(tx, { ...auditOf(asker, 'token.created', id, now), details: { name, scopes } });
    });
    return {
      id,
      token,
      name,
      scopes,
      createdAt: now.toISOString(),
      lastUsedAt: null,
      expiresAt: expiresAt.toISOString(),
    };
  }

  async revoke(asker: Identity, id: string): Promise<void> {
    await this.context.db.transaction(async (tx) => {
      if (!isId(id) || !(await deleteToken(tx, asker.personId, id))) throw notFound('token', id);
      await this.versions.bump(tx, 'people', asker.personId);
      await recordAudit(tx, auditOf(asker, 'token.revoked', id, this.context.now()));
    });
  }
}

function auditOf(asker: Identity, action: string, id: string, at: Date): AuditEntry {
  return { at, actorId: asker.personId, action, subjectKind: 'token', subjectId: id };
}
