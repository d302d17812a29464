import type { Database } from '#database';
import type { Conversation } from '../conversations/conversation.rules.js';
import { type KnownCustomer, type KnownPoint, openConversation, type Picture } from './picture.rules.js';

/** Whose message goes where, as this process wrote it last. */
export interface RecentSender {
  key: string;
  point: KnownPoint;
  customer: KnownCustomer;
  /** The customer's open one, which takes what comes without a claim. */
  conversation: Conversation;
  /** The transactions that wrote the two rows (xmin). */
  customerMark: string;
  conversationMark: string;
}

/** What the rows of a batch carry once it has committed. */
export interface Marks {
  /** The batch's own transaction. */
  own: string;
  /** Of the customers it read and left as they were. */
  customers: Map<string, string>;
}

/** Senders remembered at most; about 2 KB each. */
const MAX_SENDERS = 20_000;

/**
 * Who writes again is known already: neither the address nor the customer's conversations need be looked for, nor need
 * the rows travel. Every change of a row, whoever makes it, gives it another xmin; so what is locked under the mark that
 * is remembered here is as it is remembered here. Filled after commits only, emptied when a connection broke: a database
 * that fell over may have lost the last commits `soon`, and give their numbers to others.
 */
export class RecentSenders {
  /** The longest unused first. */
  private readonly senders = new Map<string, RecentSender>();
  private lossesSeen = 0;

  /** @param db whose `losses` have moved since the last call: nothing remembered is to be relied on */
  constructor(private readonly db: Pick<Database, 'losses'>) {}

  /** Those of the senders that are remembered. */
  of(keys: Iterable<string>): RecentSender[] {
    if (this.db.losses !== this.lossesSeen) this.senders.clear();
    this.lossesSeen = this.db.losses;
    const found: RecentSender[] = [];
    for (const key of keys) {
      const sender = this.senders.get(key);
      if (sender) found.push(sender);
    }
    return found;
  }

  /** Once the batch has committed: the senders whose open conversation it wrote to. */
  keep(keys: Iterable<string>, picture: Picture, marks: Marks): void {
    const made = new Set(picture.changes.customers.map((customer) => customer.id));
    for (const key of keys) {
      const before = this.senders.get(key);
      this.senders.delete(key);
      const after = this.senderOf(key, picture, { marks, made });
      if (after) this.senders.set(key, before ? renewed(before, after) : after);
    }
    for (const oldest of this.senders.keys()) {
      if (this.senders.size <= MAX_SENDERS) break;
      this.senders.delete(oldest);
    }
  }

  private senderOf(
    key: string,
    picture: Picture,
    { marks, made }: { marks: Marks; made: Set<string> },
  ): RecentSender | null {
    const point = picture.points.get(key);
    const customer = point && picture.customers.get(point.customerId);
    const conversation = point && openConversation(picture, point.customerId, point.ownCustomerId);
    if (!customer || !conversation || !picture.changes.touched.has(conversation.id)) return null;
    // of people who were merged each side goes its own way, which may turn without a change of these two rows
    if (point.ownCustomerId !== customer.id || conversation.homeCustomerId !== customer.id) return null;
    const isOurs = made.has(customer.id) || picture.changes.renamed.has(customer.id);
    const customerMark = isOurs ? marks.own : marks.customers.get(customer.id);
    if (customerMark === undefined) return null;
    return { key, point, customer, conversation, customerMark, conversationMark: marks.own };
  }

  forget(senders: readonly RecentSender[]): void {
    for (const { key } of senders) this.senders.delete(key);
  }
}

/**
 * In place: what has long been in memory is cheaper to change than to replace, since all of it would be moved there. Two
 * senders may share these objects; the one that is not renewed goes by a mark that the rows no longer carry.
 */
function renewed(before: RecentSender, after: RecentSender): RecentSender {
  if (before.conversation.id !== after.conversation.id || before.customer.id !== after.customer.id) return after;
  before.point = after.point;
  Object.assign(before.customer, after.customer);
  Object.assign(before.conversation, after.conversation);
  before.customerMark = after.customerMark;
  before.conversationMark = after.conversationMark;
  return before;
}
