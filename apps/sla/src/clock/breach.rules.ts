import type { BreachCause } from '#contracts';
import type { Conversation, Decision, Fact, Picture, Wait } from './model.rules.js';

/** Noticing later than this is our own fault and said so. */
const SERVICE_DOWN_MS = 10_000;

/**
 * The deadline passed: recorded with the deadline as its instant, whenever we notice. Owner and team are those of the
 * deadline, which is why every later event of the conversation calls this first (`breachesBefore`).
 */
export function breach(wait: Wait, conversation: Conversation, now: Date): { wait: Wait; fact: Fact } {
  const deadline = wait.deadlineAt!;
  const owned =
    conversation.assigneeId && conversation.assignedAt ? deadline.getTime() - conversation.assignedAt.getTime() : null;
  const broken: Wait = {
    ...wait,
    outcome: 'breached',
    breachedAt: deadline,
    detectedAt: now,
    assigneeIdAtDeadline: conversation.assigneeId,
    teamIdAtDeadline: conversation.teamId,
    ownedForSeconds: owned === null ? null : Math.max(0, owned / 1000),
    causes: causesOf(wait, conversation, now),
  };
  const data = { detectedAt: now.toISOString(), lateByMs: now.getTime() - deadline.getTime() };
  return {
    wait: broken,
    fact: { type: 'wait.breached', wait: broken, at: deadline, cause: broken.causes[0] ?? null, data },
  };
}

function causesOf(wait: Wait, conversation: Conversation, now: Date): BreachCause[] {
  const deadline = wait.deadlineAt!;
  const causes: BreachCause[] = [];
  if (wait.revocations > 0) causes.push('delivery_failed');
  else if (wait.receivedLate && wait.receivedAt > deadline) causes.push('received_late');
  else causes.push(conversation.assigneeId ? 'no_reply' : 'no_owner');
  if (now.getTime() - deadline.getTime() > SERVICE_DOWN_MS && causes[0] !== 'received_late' && wait.revocations === 0)
    causes.push('service_down');
  return causes;
}

/** Breaches whose deadline lies before `instant`, found while handling what happened then. One instant later is late. */
export function breachesBefore(picture: Picture, instant: Date, now: Date): Decision {
  const facts: Fact[] = [];
  if (!picture.waits.some((wait) => isOverdue(wait, instant))) return { picture, facts };
  const waits = picture.waits.map((wait) => {
    if (!isOverdue(wait, instant)) return wait;
    const { wait: broken, fact } = breach(wait, picture.conversation, now);
    facts.push(fact);
    return broken;
  });
  return { picture: { ...picture, waits }, facts };
}

/** `satisfied_at <= deadline_at` is met: the deadline itself is still in time. */
export function isOverdue(wait: Wait, instant: Date): boolean {
  if (wait.state !== 'open' || wait.breachedAt !== null || wait.deadlineAt === null) return false;
  return wait.deadlineAt.getTime() < instant.getTime();
}
