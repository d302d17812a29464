import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ConversationView } from '#contracts';
import type { Tx } from '#database';
import { conflict, invalid } from '#kernel';
import type { Identity } from '#platform';
import { findPerson, teamExists } from '../directory/directory.store.js';
import { InboxContext } from '../inbox.context.js';
import { lockSeen, refuseMerged } from './access.js';
import { SnoozeAlarm } from '../snooze/snooze-alarm.js';
import { applyChange, type ConversationChange } from './change.rules.js';
import { saveOutcome } from './save-outcome.js';
import type { ChangeConversationDto } from './conversations.dto.js';
import { ConversationsService } from './conversations.service.js';
import { noSpam } from './correction.rules.js';
import { firstTakenForSpam } from './correction.store.js';
import { orAnotherOpen } from './one-open.js';
import { type Conversation, customerWaits } from './conversation.rules.js';

/** What agents do to a conversation besides writing in it. */
@Injectable()
export class ConversationCommandsService {
  constructor(
    private readonly context: InboxContext,
    private readonly conversations: ConversationsService,
    private readonly alarm: SnoozeAlarm,
  ) {}

  /** @throws DomainError customer_waits, conversation_merged, another_open, unknown_person, unknown_team, invalid_snooze */
  async change(actor: Identity, id: string, body: ChangeConversationDto): Promise<ConversationView> {
    const now = this.context.now();
    const change = readChange(body, now);
    await this.checkNames(actor, change);
    const changed = await orAnotherOpen(id, () =>
      this.context.db.retrying(async (tx) => {
        const [conversation] = await lockSeen(tx, actor, [id]);
        refuseMerged(conversation!);
        refuseSilence(conversation!, change);
        const by = { kind: 'person', id: actor.personId } as const;
        const first = await takenForSpam(tx, conversation!, change);
        const outcome = applyChange(conversation!, change, by, now);
        if (first) outcome.facts.push(noSpam(conversation!, first, { by, now }));
        await saveOutcome(this.context, tx, { conversations: [conversation!], outcome, now });
        return conversation!;
      }),
    );
    if (changed.snoozedUntil) this.alarm.set();
    const [view] = await this.conversations.views([changed]);
    return view!;
  }

  /** References in a body are checked like the id in the path (security.md D4). */
  private async checkNames(actor: Identity, change: ConversationChange): Promise<void> {
    const { assigneeId, teamId } = change;
    const { db } = this.context;
    if (assigneeId && assigneeId !== actor.personId) {
      if (!(await onceTold(async () => (await findPerson(db, assigneeId))?.active === true))) {
        throw invalid(
          'unknown_person',
          `There is no active person ${assigneeId} to assign to. Pick one from GET /api/v1/people.`,
        );
      }
    }
    if (teamId && !(await onceTold(() => teamExists(db, teamId)))) {
      throw invalid('unknown_team', `There is no team ${teamId}. Pick one from GET /api/v1/teams.`);
    }
  }
}

/** Asks again for a second: gateway's word about somebody made just now may still be on its way. */
async function onceTold(known: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await known()) return true;
    await setTimeout(100);
  }
  return false;
}

/** Opened again after a wrong verdict of spam: the message whose wait goes on. */
async function takenForSpam(tx: Tx, { id, status }: Conversation, change: ConversationChange) {
  return status === 'resolved' && change.status === 'open' ? firstTakenForSpam(tx, id) : null;
}

function refuseSilence(conversation: Conversation, change: ConversationChange): void {
  const resolves = change.status === 'resolved' && conversation.status !== 'resolved';
  if (!resolves || change.reason || !customerWaits(conversation)) return;
  throw conflict(
    'customer_waits',
    'A customer waits for an answer here. Answer first, or say why none is needed: reason spam, duplicate, no_reply_needed or unreachable.',
    { due: conversation.due },
  );
}

/** @throws DomainError invalid_snooze when the instant has passed or stands beside another status */
function readChange(body: ChangeConversationDto, now: Date): ConversationChange {
  const { status, reason, assigneeId, teamId, priority, tags, snoozedUntil } = body;
  const until = typeof snoozedUntil === 'string' ? new Date(snoozedUntil) : snoozedUntil;
  if (until && status !== undefined && status !== null && status !== 'snoozed') {
    throw invalid('invalid_snooze', `snoozedUntil goes with status "snoozed", not "${status}". Leave one of them out.`);
  }
  if (until && !(until > now)) {
    throw invalid(
      'invalid_snooze',
      `snoozedUntil has passed (it is ${now.toISOString()}). Use an instant to come, or null.`,
    );
  }
  return {
    status: status ?? undefined,
    reason: reason ?? null,
    assigneeId: assigneeId?.toLowerCase() ?? assigneeId,
    teamId: teamId?.toLowerCase() ?? teamId,
    priority: priority ?? undefined,
    tags: tags ?? undefined,
    snoozedUntil: until,
  };
}
