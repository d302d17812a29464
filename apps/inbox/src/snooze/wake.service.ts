import { Injectable } from '@nestjs/common';
import { type Tx, violatedConstraint } from '#database';
import { applyChange } from '../conversations/change.rules.js';
import type { Conversation } from '../conversations/conversation.rules.js';
import { hasOtherOpen } from '../conversations/merge.store.js';
import { saveOutcome } from '../conversations/save-outcome.js';
import { lockConversations } from '../conversations/conversation.store.js';
import { InboxContext } from '../inbox.context.js';
import { lockDueSnoozes, nextSnooze } from './snooze.store.js';

const BATCH = 100;

/** Brings conversations back: when their snooze ends, when a promise is about to break, or when a reply has failed. */
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
    for (const conversation of await lockConversations(tx, ids)) {
      if (conversation.status === 'snoozed') await this.open(tx, conversation, rule);
    }
  }

  /**
   * A reply did not arrive, and the customer waits again: nobody would look for that in a conversation that is done with.
   * Where another one of theirs is open, the work is there.
   */
  async replyFailed(tx: Tx, ids: string[]): Promise<void> {
    for (const conversation of await lockConversations(tx, ids)) {
      const { id, status, customerId, apart, mergedIntoId } = conversation;
      if (status === 'open' || mergedIntoId !== null) continue;
      if (status === 'resolved' && apart === null && (await hasOtherOpen(tx, customerId, id))) continue;
      await this.open(tx, conversation, 'reply_failed').catch(againWhereAnotherOpened);
    }
  }

  private async open(tx: Tx, conversation: Conversation, rule: string): Promise<void> {
    const now = this.context.now();
    const outcome = applyChange(conversation, { status: 'open' }, { kind: 'system', rule }, now);
    await saveOutcome(this.context, tx, { conversations: [conversation], outcome, now });
  }
}

/** The customer's next one was opened between looking and saving: the batch is handled again and sees it. */
function againWhereAnotherOpened(error: unknown): never {
  if (violatedConstraint(error) !== 'conversations_one_open') throw error;
  throw Object.assign(new Error('another conversation of the customer was opened meanwhile'), { code: '40001' });
}
