import { Injectable } from '@nestjs/common';
import type { EscalationFired } from '#contracts';
import type { Tx } from '#database';
import { newId } from '#kernel';
import { DirectoryService } from '../directory/directory.service.js';
import { NotifierContext } from '../notifier.context.js';
import type { Ended } from './alert.rules.js';
import {
  allEnded,
  earlierPosts,
  endAlerts,
  insertAlerts,
  knownEscalations,
  messagesOfWaits,
  type NewAlert,
  recentCounts,
  settleAlertsOf,
} from './alerts.store.js';
import { lockDestinations } from './destinations.store.js';
import { planMessages, WINDOW_MS } from './flood.rules.js';
import { type Recipient, resolveRecipients, type Situation } from './recipients.rules.js';
import { changed, NEEDLESS, revived, skipped } from './slack.rules.js';
import {
  addItems,
  insertMessages,
  lastDigests,
  lockMessages,
  type NewMessage,
  saveMessages,
} from './slack-messages.store.js';

/** Turns fired levels into alerts, and the ends of waits into news about them. In the consumer's transaction. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly context: NotifierContext,
    private readonly directory: DirectoryService,
  ) {}

  /** Recipients are resolved now, at firing time; one row a level and recipient. */
  async fire(tx: Tx, fired: EscalationFired[]): Promise<void> {
    if (fired.length === 0) return;
    const known = await knownEscalations(
      tx,
      fired.map((event) => event.escalationId),
    );
    const fresh = fired.filter((event) => !known.has(event.escalationId));
    if (fresh.length === 0) return;
    const situation = await this.situation(tx, fresh);
    const alerts = fresh.flatMap((event) => alertsOf(event, situation));
    await this.placeInSlack(tx, alerts);
    await insertAlerts(tx, alerts, this.context.now());
  }

  /** The last word about each wait: it ended in some way, or (null) it is open again. */
  async end(tx: Tx, ends: Map<string, Ended | null>): Promise<void> {
    if (ends.size === 0) return;
    const now = this.context.now();
    const shown = await lockMessages(tx, await messagesOfWaits(tx, [...ends.keys()]));
    const touched = await endAlerts(tx, ends, now);
    const messages = shown.filter((message) => touched.has(message.id));
    if (messages.length === 0) return;
    const over = await allEnded(tx, [...touched]);
    const after = messages.map((message) => {
      if (message.state === 'skipped') return over.has(message.id) ? message : revived(message, now);
      const dropped = over.has(message.id) ? skipped(message, NEEDLESS) : message;
      return dropped === message ? changed(message, now) : dropped;
    });
    await saveMessages(tx, after, now);
    for (const message of after) {
      if (message.state === 'skipped' || message.state === 'queued') {
        await settleAlertsOf(tx, { ...message, state: message.state }, now);
      }
    }
  }

  /** Who is there now. People are not looked up for a level that only Slack or another destination hears. */
  private async situation(tx: Tx, fired: EscalationFired[]): Promise<Situation> {
    const destinations = await lockDestinations(tx);
    const known = (to: EscalationFired['to']) =>
      destinations.some((one) =>
        to === 'slack' ? one.kind === 'slack' : typeof to === 'object' && one.id === to.destinationId,
      );
    const directory = fired.every((event) => known(event.to))
      ? { people: [], teams: [], smsChannelId: null }
      : await this.directory.everybody(tx);
    return { directory, destinations, mail: this.context.config.smtpOutUrl !== null };
  }

  /** Gives each Slack alert its message: the one that tells of this breach already, one of its own, or a digest. */
  private async placeInSlack(tx: Tx, alerts: NewAlert[]): Promise<void> {
    const mine = alerts.filter((alert) => alert.kind === 'slack');
    if (mine.length === 0) return;
    const now = this.context.now();
    const toPost = await this.joinEarlier(tx, mine, now);
    const ids = [...new Set(toPost.map((alert) => alert.destinationId!))].sort();
    const recent = await recentCounts(tx, ids, new Date(now.getTime() - WINDOW_MS));
    const digests = await lastDigests(tx, ids);
    const opened: NewMessage[] = [];
    const extended: { id: string; items: number }[] = [];
    for (const destinationId of ids) {
      const theirs = new Map(toPost.filter((a) => a.destinationId === destinationId).map((a) => [a.id, a]));
      const waiting = [...theirs.values()].map((alert) => ({ alertId: alert.id, firedLateMs: firedLateMs(alert) }));
      const channel = { recent: recent.get(destinationId) ?? 0, open: digests.get(destinationId) ?? null };
      const plan = planMessages(waiting, channel, now, newId);
      for (const alertId of plan.singles) {
        const id = newId();
        opened.push({ id, destinationId, kind: 'single', afterDowntime: false, items: 1 });
        theirs.get(alertId)!.slackMessageId = id;
      }
      for (const { id, opened: isNew, afterDowntime, alertIds } of plan.digests) {
        const items = alertIds.length;
        if (isNew) opened.push({ id, destinationId, kind: 'digest', afterDowntime, items });
        else extended.push({ id, items });
        for (const alertId of alertIds) theirs.get(alertId)!.slackMessageId = id;
      }
    }
    await insertMessages(tx, opened, now);
    await addItems(tx, extended, now);
    await this.redraw(
      tx,
      extended.map((digest) => digest.id),
      now,
    );
  }

  /** One breach is never posted twice to a Slack channel: a later level of it is drawn into the message that is there. */
  private async joinEarlier(tx: Tx, alerts: NewAlert[], now: Date): Promise<NewAlert[]> {
    const posts = await earlierPosts(
      tx,
      alerts.map((alert) => alert.waitId),
    );
    const key = (post: { waitId: string; destinationId: string | null; breached: boolean }) =>
      `${post.waitId} ${post.destinationId} ${post.breached}`;
    const first = new Map<string, NewAlert>();
    const known = new Map(posts.map((post) => [key(post), post.slackMessageId]));
    for (const alert of alerts) {
      const there = known.get(key(alert));
      if (there) alert.slackMessageId = there;
      else if (!first.has(key(alert))) first.set(key(alert), alert);
      else Object.assign(alert, { state: 'skipped', reason: 'Told there by another level at the same time' });
    }
    await this.redraw(
      tx,
      alerts.flatMap((alert) => alert.slackMessageId ?? []),
      now,
    );
    return [...first.values()];
  }

  private async redraw(tx: Tx, ids: string[], now: Date): Promise<void> {
    if (ids.length === 0) return;
    const messages = await lockMessages(tx, [...new Set(ids)]);
    await saveMessages(
      tx,
      messages.map((message) => changed(message, now)),
      now,
    );
  }
}

function alertsOf(event: EscalationFired, situation: Situation): NewAlert[] {
  const { recipients, why } = resolveRecipients(event, situation);
  const base = {
    escalationId: event.escalationId,
    waitId: event.waitId,
    conversationId: event.conversationId,
    level: event.level,
    breached: event.breached,
    facts: event,
    why,
    reason: null,
    slackMessageId: null,
  };
  if (recipients.length === 0) return [{ ...base, ...NOBODY, id: newId(), state: 'failed', reason: why }];
  return recipients.map((recipient) => ({
    ...base,
    ...recipient,
    id: newId(),
    state: recipient.kind === 'in_app' ? 'recorded' : 'queued', // the web shows every breach by itself
  }));
}

const NOBODY: Recipient = {
  kind: 'in_app',
  target: 'nobody',
  destinationId: null,
  channelId: null,
  language: null,
  timeZone: null,
};

function firedLateMs({ facts }: NewAlert): number {
  return Date.parse(facts.firedAt) - Date.parse(facts.escalationDueAt);
}
