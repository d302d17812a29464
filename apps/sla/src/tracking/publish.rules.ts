import type { EventPayloads, EventType } from '#contracts';
import type { Fact, Picture } from '../clock/model.rules.js';
import { dueOf } from '../clock/timers.rules.js';

/** A fact with the conversation as it was after it. */
export interface Published {
  fact: Fact;
  picture: Picture;
}

export interface ClockEvent<T extends EventType = EventType> {
  type: T;
  key: string;
  payload: EventPayloads[T];
}

/** The ledger's line as the rest of the house hears it; null for what is only written down. */
export function clockEventOf(published: Published, now: Date): ClockEvent | null {
  const { fact } = published;
  const { wait } = fact;
  if (wait.deadlineAt === null) return null; // no promise: nothing to count down, nothing to alert
  if (fact.quiet) return null;
  const key = wait.threadId;
  const base = waitFacts(published);
  const text = (name: string) => String(fact.data?.[name] ?? '');
  switch (fact.type) {
    case 'wait.opened':
    case 'wait.extended':
      return { type: fact.type, key, payload: base };
    case 'wait.retargeted':
      return { type: 'wait.retargeted', key, payload: { ...base, from: text('from'), cause: fact.cause ?? '' } };
    case 'wait.moved':
      return { type: 'wait.retargeted', key, payload: { ...base, from: base.dueAt, cause: fact.cause ?? '' } };
    case 'wait.warned':
      return {
        type: 'wait.warned',
        key,
        payload: { ...base, fraction: Number(fact.data?.['fraction']), warnedAt: now.toISOString() },
      };
    case 'wait.breached':
      return {
        type: 'wait.breached',
        key,
        payload: { ...base, breachedAt: base.dueAt, detectedAt: text('detectedAt') },
      };
    case 'wait.answered': {
      const answeredAt = fact.at.toISOString();
      const outcome = wait.outcome === 'met' ? 'met' : 'breached';
      return { type: 'wait.answered', key, payload: { ...base, answeredAt, answeredById: wait.answeredById, outcome } };
    }
    case 'wait.answer_revoked':
      return {
        type: 'wait.reopened',
        key,
        payload: { ...base, cause: fact.cause === 'not_accepted' ? 'not_accepted' : 'delivery_failed' },
      };
    case 'wait.cancellation_revoked':
      return { type: 'wait.reopened', key, payload: { ...base, cause: 'no_spam' } };
    case 'wait.cancelled':
    case 'wait.absorbed':
      return { type: 'wait.cancelled', key, payload: { ...base, reason: wait.reason ?? '' } };
    case 'wait.breach_withdrawn':
      return null; // the answer that follows says `met`
    case 'escalation.fired':
      return { type: 'escalation.fired', key, payload: escalationFacts(published, now) };
  }
}

function waitFacts({ fact: { wait }, picture }: Published): EventPayloads['wait.opened'] {
  const { conversation } = picture;
  return {
    conversationId: wait.threadId,
    waitId: wait.id,
    kind: wait.kind,
    customerId: conversation.customerId ?? wait.customerId ?? '',
    customerName: conversation.customerName,
    channelKind: wait.channelKind,
    channelId: wait.channelId,
    openedAt: wait.openedAt.toISOString(),
    dueAt: wait.deadlineAt!.toISOString(),
    targetSeconds: wait.targetSeconds!,
    assigneeId: conversation.assigneeId,
    teamId: conversation.teamId,
    due: dueOf(picture),
  };
}

/** Everything an alert says, so that notifier asks nobody. */
function escalationFacts(published: Published, now: Date): EventPayloads['escalation.fired'] {
  const { fact } = published;
  const { conversation } = published.picture;
  const level = fact.level!;
  return {
    ...waitFacts(published),
    escalationId: level.id,
    level: level.level,
    to: level.recipient,
    escalationDueAt: level.dueAt.toISOString(),
    firedAt: now.toISOString(),
    breached: fact.wait.breachedAt !== null,
    priority: conversation.priority,
    preview: conversation.preview,
    subject: conversation.subject,
    next: fact.wait.levels
      .filter((later) => later.level > level.level && later.state === 'pending')
      .map((later) => later.recipient),
  };
}
