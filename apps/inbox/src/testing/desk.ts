import type { ArrivedMessage } from '#contracts';
import { newId, newReplyToken } from '#kernel';
import type { Conversation } from '../conversations/conversation.rules.js';
import { emptyPicture, type NewMessage, type Picture } from '../threading/picture.rules.js';
import { recordArrival } from '../threading/record.rules.js';
import { type Decision, decideThread } from '../threading/thread.rules.js';

export const SECRET = 'test-secret';

/** The join rules without a database: arrivals go in one by one, the picture is the memory. */
export class Desk {
  readonly picture: Picture = emptyPicture();
  readonly now = new Date('2026-11-20T09:00:00.000Z');

  receive(arrival: ArrivedMessage): {
    decision: Decision;
    conversation: Conversation;
    message: NewMessage | undefined;
  } {
    const reading = { secret: SECRET, ownText: (one: ArrivedMessage) => one.text };
    const decision = decideThread(arrival, this.picture, reading);
    const before = this.picture.changes.messages.length;
    recordArrival(arrival, decision, this.picture, this.now);
    const message = this.picture.changes.messages[before];
    const id = this.picture.messages.get(arrival.dedupeKey)!.conversationId;
    return { decision, conversation: this.picture.conversations.get(id)!, message };
  }

  resolve(conversation: Conversation, at = '2026-11-20T09:00:00.000Z'): void {
    conversation.status = 'resolved';
    conversation.resolvedAt = new Date(at);
  }

  /** We wrote a mail to `to` in this conversation; answers its Message-ID and reply token. */
  write(
    conversation: Conversation,
    to: string,
    channelId: string,
    subject = 'Re: A question',
  ): { id: string; token: string } {
    const id = `<${newId()}@shop.test>`;
    this.picture.sent.set(id, { conversationId: conversation.id, channelId, recipients: [to.toLowerCase()], subject });
    const token = newReplyToken(SECRET, channelId, conversation.id);
    this.picture.tokens.set(token, { conversationId: conversation.id, channelId });
    return { id, token };
  }

  get facts() {
    return this.picture.changes.facts;
  }
}

/** A token with one character of its signature changed. */
export function flipped(token: string): string {
  const last = token.at(-2) === 'a' ? 'b' : 'a';
  return token.slice(0, -2) + last + token.at(-1);
}
