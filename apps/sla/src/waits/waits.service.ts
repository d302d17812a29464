import { Injectable } from '@nestjs/common';
import type { Page, WaitView } from '#contracts';
import { notFound } from '#kernel';
import { encodeCursor, type Identity } from '#platform';
import { compete } from '../clock/policy.rules.js';
import { loadPolicyLists } from '../policies/policy-lists.store.js';
import { SlaContext } from '../sla.context.js';
import { explain, type WaitExplanation } from './explanation.rules.js';
import { waitCsvHeader, waitCsvRow } from './wait-export.rules.js';
import type { WaitFilter, WaitPageRequest } from './wait-filter.js';
import { findWait, listWaits, readLedger, toWaitView, type WaitRow } from './waits.store.js';

const EXPORT_PAGE = 1_000;

/** Waits as a list, as rows of an export, and explained one by one. */
@Injectable()
export class WaitsService {
  constructor(private readonly context: SlaContext) {}

  async list(identity: Identity, request: WaitPageRequest): Promise<Page<WaitView>> {
    const limit = request.limit ?? 50;
    const rows = await listWaits(this.context.db, identity, { ...request, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items: items.map(toWaitView), nextCursor: rows.length > limit ? cursorOf(items.at(-1)!) : null };
  }

  /** Page by page: an export of a million rows takes the memory of a thousand. */
  async *csv(identity: Identity, filter: WaitFilter): AsyncGenerator<string> {
    this.context.logger.info({ by: identity.personId, filter }, 'waits were exported');
    yield waitCsvHeader();
    let after: WaitPageRequest['after'] = null;
    for (;;) {
      const rows = await listWaits(this.context.db, identity, { ...filter, after, limit: EXPORT_PAGE });
      if (rows.length > 0) yield rows.map(waitCsvRow).join('');
      if (rows.length < EXPORT_PAGE) return;
      const last = rows.at(-1)!;
      after = [last.openedAt.toISOString(), last.id];
    }
  }

  /** @throws DomainError wait_not_found */
  async find(identity: Identity, id: string): Promise<WaitView> {
    return toWaitView(await this.existing(identity, id));
  }

  /** Why it was due when it was due, and all that happened since. @throws DomainError wait_not_found */
  async explanation(identity: Identity, id: string): Promise<WaitExplanation> {
    const wait = await this.existing(identity, id);
    const [list] = await loadPolicyLists(this.context.db, [wait.listVersion]);
    const facts = {
      ...{ channelKind: wait.channelKind, slaKind: wait.slaKind, priority: wait.priority, teamId: wait.teamId },
      ...{ category: null, tier: null },
    };
    const from =
      wait.candidates.find(({ messageId }) => messageId === wait.deadlineMessageId)?.openedAt ?? wait.startsAt;
    const competitors = list ? compete(list, facts, wait.kind, from) : [];
    const ledger = await readLedger(this.context.db, wait.id);
    return explain(wait, { view: toWaitView(wait), competitors, ledger, now: this.context.now() });
  }

  private async existing(identity: Identity, id: string): Promise<WaitRow> {
    const wait = await findWait(this.context.db, identity, id);
    if (!wait) throw notFound('wait', id.slice(0, 40));
    return wait;
  }
}

function cursorOf(row: WaitRow): string {
  return encodeCursor([row.openedAt.toISOString(), row.id]);
}
