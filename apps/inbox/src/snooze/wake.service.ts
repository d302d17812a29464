import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { applyChange } from '../conversations/change.rules.js';
import { saveOutcome } from '../conversations/save-outcome.js';
import { lockConversations } from '../conversations/conversation.store.js';
import { InboxContext } from '../inbox.context.js';
import { lockDueSnoozes, nextSnooze } from './snooze.store.js';

const BATCH = 100;

/** Brings snoozed conversations back: when their instant comes, or when a promise is about to break. */
@Injectable()
export class WakeService {
  constructor(private readonly context: InboxContext) {}

  /** Wakes what is due; answers how many. */
  async wakeDue(): Promise<number> {
    const { db } = this.context;
    let woken = 0;
    for (;;) {
      const now = this.context.now();
      const count = await db.transaction(async (tx) => {
        const ids = await lockDueSnoozes(tx, now, BATCH);
        if (ids.length > 0) await this.wake(tx, ids, 'snooze_ended');
        return ids.length;
      });
      woken += count;
      if (count < BATCH) return woken;
    }
  }

  /** When the next snooze ends; null: nothing sleeps until an instant. */
  nextAt(): Promise<Date | null> {
    return nextSnooze(this.context.db);
  }

  async wake(tx: Tx, ids: string[], rule: 'snooze_ended' | 'wait_warned'): Promise<void> {
    const now = this.context.now();
    for (const conversation of await lockConversations(tx, ids)) {
      if (conversation.status !== 'snoozed') continue;
      const outcome = applyChange(conversation, { status: 'open' }, { kind: 'system', rule }, now);
      await saveOutcome(this.context, tx, { conversations: [conversation], outcome, now });
    }
  }
}
