import { Injectable } from '@nestjs/common';
import type { PolicyView } from '#contracts';
import type { Tx } from '#database';
import { isId, newId, notFound } from '#kernel';
import type { Identity } from '#platform';
import { ranked } from '../clock/policy.rules.js';
import { SlaContext } from '../sla.context.js';
import { addList, addVersion, hidePolicy, lockPolicies, readPolicies, readPolicy } from './policies.store.js';
import { type PolicyDraft } from './policy-draft.rules.js';

/** Promises and their versions. Open waits keep what they were promised; the next message gets the new one. */
@Injectable()
export class PoliciesService {
  constructor(private readonly context: SlaContext) {}

  async list(): Promise<PolicyView[]> {
    return ranked(await readPolicies(this.context.db));
  }

  /** @throws DomainError policy_not_found */
  async find(id: string): Promise<PolicyView> {
    const found = isId(id) ? await readPolicy(this.context.db, id) : null;
    if (!found || found.hidden) throw notFound('policy', id.slice(0, 40));
    return found.policy;
  }

  create(draft: PolicyDraft, by: Identity): Promise<PolicyView> {
    return this.change(async (tx, now) => {
      const policy = viewOf(newId(), 1, draft);
      await addVersion(tx, policy, personOf(by), now);
      return policy;
    });
  }

  replace(id: string, draft: PolicyDraft, by: Identity): Promise<PolicyView> {
    return this.change(async (tx, now) => {
      const { version } = await this.existing(tx, id);
      const policy = viewOf(id, version + 1, draft);
      await addVersion(tx, policy, personOf(by), now);
      return policy;
    });
  }

  /** Hides it from new messages; versions and history stay. */
  async remove(id: string): Promise<void> {
    await this.change(async (tx, now) => {
      await this.existing(tx, id);
      await hidePolicy(tx, id, now);
    });
  }

  private async existing(tx: Tx, id: string): Promise<PolicyView> {
    const found = isId(id) ? await readPolicy(tx, id) : null;
    if (!found || found.hidden) throw notFound('policy', id.slice(0, 40));
    return found.policy;
  }

  private change<T>(work: (tx: Tx, now: Date) => Promise<T>): Promise<T> {
    return this.context.db.transaction(async (tx) => {
      await lockPolicies(tx);
      const now = this.context.now();
      const result = await work(tx, now);
      await addList(tx, ranked(await readPolicies(tx)), now);
      return result;
    });
  }
}

function viewOf(id: string, version: number, draft: PolicyDraft): PolicyView {
  return { id, version, ...draft };
}

const personOf = (identity: Identity): string | null => (isId(identity.personId) ? identity.personId : null);
