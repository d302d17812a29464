import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { newId, unseal } from '#kernel';
import { DirectoryService } from '../directory/directory.service.js';
import { record } from '../effects/record.js';
import { NotifierContext } from '../notifier.context.js';
import { alertsOfMessage, allEnded, insertAlerts, settleAlertsOf, type ShownAlert } from './alerts.store.js';
import { loadDestination, markDestination } from './destinations.store.js';
import { managersElsewhere } from './recipients.rules.js';
import {
  begin,
  posted,
  recover,
  NEEDLESS,
  shown,
  SILENCE_MS,
  skipped,
  type SlackMessage,
  type SlackTrouble,
  troubled,
} from './slack.rules.js';
import * as store from './slack-messages.store.js';

export interface SlackTarget {
  channel: string;
  /** As Slack named it in an earlier answer. */
  channelId: string | null;
  token: string;
}

/** Every change of a Slack message, one transaction each. */
@Injectable()
export class SlackService {
  constructor(
    private readonly context: NotifierContext,
    private readonly directory: DirectoryService,
  ) {}

  /** `sending` is committed before anything is posted. */
  claim(worker: string, limit: number): Promise<SlackMessage[]> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const due = (await store.lockDueMessages(tx, now, limit)).map((message) => begin(message, worker, now));
      await store.saveMessages(tx, due, now);
      return due;
    });
  }

  /** Takes messages from workers that are gone; answers how many. */
  recover(dead: string[]): Promise<number> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const left = await store.lockAbandonedMessages(tx, now, dead);
      await store.saveMessages(
        tx,
        left.map((message) => recover(message, now)),
        now,
      );
      return left.length;
    });
  }

  async posted(message: SlackMessage, there: { channelId: string; ts: string; version: number }): Promise<void> {
    await this.settle(message, (row, now) => posted(row, there, now));
    await markDestination(this.context.db, message.destinationId, {
      state: 'live',
      reason: null,
      slackChannelId: there.channelId,
    });
  }

  async shown(message: SlackMessage): Promise<void> {
    await this.settle(message, (row, now) => shown(row, message.wantedVersion, now));
    await markDestination(this.context.db, message.destinationId, { state: 'live', reason: null });
  }

  async troubled(message: SlackMessage, trouble: SlackTrouble): Promise<void> {
    await this.settle(message, (row, now) => troubled(row, trouble, now));
    const pausedUntil = trouble.retryAfterMs
      ? new Date(this.context.now().getTime() + trouble.retryAfterMs)
      : undefined;
    if (pausedUntil) {
      // being slowed down is no failure of the destination
      await markDestination(this.context.db, message.destinationId, { state: 'live', reason: null, pausedUntil });
    } else {
      await markDestination(this.context.db, message.destinationId, { state: 'failing', reason: trouble.words });
    }
  }

  /** Nothing in it waits any more, or its destination is gone. */
  async drop(message: SlackMessage, reason: string): Promise<void> {
    await this.settle(message, (row) => ({
      ...row,
      state: row.state === 'sent' ? 'sent' : 'skipped',
      reason,
      nextAt: null,
      worker: null,
      leaseUntil: null,
    }));
  }

  /** Null: removed, or it has no token. */
  async target(destinationId: string): Promise<SlackTarget | null> {
    const row = await loadDestination(this.context.db, destinationId);
    if (!row?.sealedSecrets || !row.config.channel) return null;
    const { botToken } = unseal<{ botToken?: string }>(this.context.config.secret, row.sealedSecrets);
    return botToken ? { channel: row.config.channel, channelId: row.slackChannelId, token: botToken } : null;
  }

  items(message: SlackMessage): Promise<ShownAlert[]> {
    return alertsOfMessage(this.context.db, message.id);
  }

  /** The alert path has no single provider: what Slack has not taken for a minute goes to managers by mail or text. */
  async tellOthers(): Promise<number> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const silent = await store.takeSilent(tx, new Date(now.getTime() - SILENCE_MS), now);
      for (const message of silent) await this.tellManagers(tx, message, now);
      return silent.length;
    });
  }

  holders(): Promise<string[]> {
    return store.messageHolders(this.context.db);
  }

  nextInstant(): Promise<Date | null> {
    return store.nextMessageAt(this.context.db, this.context.now());
  }

  private async tellManagers(tx: Tx, message: { id: string; reason: string | null }, now: Date): Promise<void> {
    const directory = await this.directory.everybody(tx);
    const recipients = managersElsewhere({
      directory,
      destinations: [],
      mail: this.context.config.smtpOutUrl !== null,
    });
    const why = `Slack could not be told: ${message.reason ?? 'no answer'}`;
    const open = (await alertsOfMessage(tx, message.id)).filter((alert) => !alert.ended);
    const alerts = open.flatMap(({ facts }) =>
      recipients.map((recipient) => ({
        ...recipient,
        id: newId(),
        escalationId: facts.escalationId,
        waitId: facts.waitId,
        conversationId: facts.conversationId,
        level: facts.level,
        breached: facts.breached,
        facts,
        why,
        state: 'queued' as const,
        reason: null,
        slackMessageId: null,
      })),
    );
    await insertAlerts(tx, alerts, now);
  }

  /** The row may have changed meanwhile (answered, more customers): the outcome is applied to what it is now. */
  private async settle(message: SlackMessage, decide: (row: SlackMessage, now: Date) => SlackMessage): Promise<void> {
    await record(this.context.db, async (tx) => {
      const now = this.context.now();
      const [row] = await store.lockMessages(tx, [message.id]);
      if (!row || row.worker !== message.worker) return; // whoever took it over looks for it in the channel
      const decided = decide(row, now);
      // answered while Slack was refusing it
      const needless = decided.state === 'queued' && (await allEnded(tx, [row.id])).has(row.id);
      const after = needless ? skipped(decided, NEEDLESS) : decided;
      await store.saveMessages(tx, [after], now);
      if (after.state !== 'sending') await settleAlertsOf(tx, { ...after, state: after.state }, now);
    });
  }
}
