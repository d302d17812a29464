import type { DeliveryChanged } from '#contracts';
import { deliveredAfterAll, HANDOVER_LIMIT_MS, revokeAnswer, withReply } from '../clock/answer.rules.js';
import { breachesBefore } from '../clock/breach.rules.js';
import type { Decision, Picture, Reply } from '../clock/model.rules.js';
import type { Setting } from './conversation-events.rules.js';

/** Far more than a reply's delivery ever has; bounds the row. */
const KEPT_EVENTS = 50;
const ACCEPTED = ['sent', 'delivered', 'read'];

/** A provider's word about a reply: delivery is part of the promise (domain.md 2.3). */
export function applyDeliveryEvent(
  picture: Picture,
  eventId: string,
  delivery: DeliveryChanged,
  setting: Setting,
): Decision {
  const at = new Date(delivery.at);
  const known = picture.replies.find((reply) => reply.messageId === delivery.messageId) ?? unheard(picture, delivery);
  if (known.heard.includes(eventId)) return { picture, facts: [] };
  const heard = [...known.heard, eventId].slice(-KEPT_EVENTS);
  const reply: Reply = { ...known, deliveryState: delivery.to, deliveryAt: at, heard };
  const past = breachesBefore(picture, at < setting.now ? at : setting.now, setting.now);
  const noted = withReply(past.picture, reply);
  const applied = delivery.notAcceptedInTime ? notAccepted(noted, reply, setting) : apply(noted, reply, at, setting);
  return { picture: applied.picture, facts: [...past.facts, ...applied.facts] };
}

function apply(picture: Picture, reply: Reply, at: Date, setting: Setting): Decision {
  if (reply.deliveryState === 'failed') return failed(picture, { ...reply, failed: true }, at, setting);
  if (ACCEPTED.includes(reply.deliveryState!)) return accepted(picture, reply, at, setting);
  return { picture, facts: [] };
}

/** The sender says that nobody took it within the limit; our own timer says the same, whoever is first. */
function notAccepted(picture: Picture, reply: Reply, { now, lists }: Setting): Decision {
  if (reply.state !== 'released' || reply.releasedAt === null) return { picture, facts: [] };
  const at = new Date(reply.releasedAt.getTime() + HANDOVER_LIMIT_MS);
  return revokeAnswer(picture, reply, { at, cause: 'not_accepted', now, lists });
}

function failed(picture: Picture, reply: Reply, at: Date, { now, lists }: Setting): Decision {
  if (reply.state === 'revoked') return { picture: withReply(picture, reply), facts: [] };
  return revokeAnswer(picture, reply, { at, cause: 'delivery_failed', now, lists });
}

function accepted(picture: Picture, reply: Reply, at: Date, { now, lists }: Setting): Decision {
  if (reply.state === 'accepted') return { picture, facts: [] };
  if (reply.releasedAt === null) return { picture: withReply(picture, { ...reply, state: 'accepted' }), facts: [] };
  const limit = new Date(reply.releasedAt.getTime() + HANDOVER_LIMIT_MS);
  if (reply.state === 'revoked') {
    if (!reply.human) return { picture: withReply(picture, { ...reply, state: 'accepted' }), facts: [] };
    // taken in time, only the news of it came too late: as if it had never been revoked
    return deliveredAfterAll(picture, reply, reply.failed || at > limit ? at : reply.releasedAt, now);
  }
  if (!reply.human || at <= limit)
    return { picture: withReply(picture, { ...reply, state: 'accepted', handoverDueAt: null }), facts: [] };
  // taken too late: it answers from the hand-over on, whether or not the timer had noticed first
  const revoked = revokeAnswer(picture, reply, { at: limit, cause: 'not_accepted', now, lists });
  const again = revoked.picture.replies.find((other) => other.messageId === reply.messageId)!;
  const answered = deliveredAfterAll(revoked.picture, again, at, now);
  return { picture: answered.picture, facts: [...revoked.facts, ...answered.facts] };
}

function unheard(picture: Picture, delivery: DeliveryChanged): Reply {
  return {
    messageId: delivery.messageId,
    conversationId: picture.conversation.id,
    seq: 0,
    releasedAt: null,
    authorId: null,
    human: false,
    state: 'released',
    deliveryState: null,
    deliveryAt: null,
    handoverDueAt: null,
    failed: false,
    heard: [],
  };
}
