import { Injectable } from '@nestjs/common';
import type { AnyEnvelope } from '#contracts';
import type { Tx } from '#database';
import { WakeService } from '../snooze/wake.service.js';
import { findSnoozed, savingDue, type Told } from './due.store.js';

/** At this share of the time a promise has, a snoozed conversation comes back by itself. */
const WAKE_FRACTION = 0.8;

/** When each conversation is due next, told by sla: inbox keeps it only to sort, filter and show. */
@Injectable()
export class DueService {
  constructor(private readonly wake: WakeService) {}

  async tell(tx: Tx, events: AnyEnvelope[]): Promise<void> {
    const latest = new Map<string, Told>();
    const pressing = new Set<string>();
    const failed = new Set<string>();
    for (const event of events) {
      if (!event.type.startsWith('wait.') && !event.type.startsWith('escalation.')) continue;
      const { conversationId, due } = event.payload as { conversationId: string; due?: Told['due'] };
      if (due !== undefined) latest.set(conversationId, { conversationId, due, at: event.occurredAt });
      if (event.type === 'wait.warned' && event.payload.fraction >= WAKE_FRACTION) pressing.add(conversationId);
      if (event.type === 'wait.breached') pressing.add(conversationId);
      if (event.type === 'wait.reopened' && event.payload.cause !== 'no_spam') failed.add(conversationId);
    }
    const saving = latest.size > 0 ? savingDue([...latest.values()]) : null;
    if (pressing.size === 0 && failed.size === 0) return tx.withCommit(saving);
    // before those that come back are locked: one order for everybody
    if (saving) await tx.query(saving.sql, saving.parameters);
    const asleep = pressing.size > 0 ? await findSnoozed(tx, [...pressing]) : [];
    if (asleep.length > 0) await this.wake.wake(tx, asleep, 'wait_warned');
    if (failed.size > 0) await this.wake.replyFailed(tx, [...failed]);
  }
}
