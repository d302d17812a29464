import { Injectable } from '@nestjs/common';
import { ownText } from '#content';
import type { ArrivedMessage } from '#contracts';
import type { Tx } from '#database';
import { InboxContext } from '../inbox.context.js';
import { loadPicture } from './intake.store.js';
import { writeChanges } from './intake-write.store.js';
import type { Picture } from './picture.rules.js';
import { RecentSenders } from './recent-senders.js';
import { recordArrival } from './record.rules.js';
import { soundArrival } from './sound.rules.js';
import { decideThread } from './thread.rules.js';

@Injectable()
export class IntakeService {
  private readonly recent: RecentSenders;

  constructor(private readonly context: InboxContext) {
    this.recent = new RecentSenders(context.db);
  }

  /**
   * Called inside the log's transaction. One arrival has one effect, however often it is delivered: two statements for
   * the batch, whatever its size. Another intake that was faster ends in 23505 or 40001 and the log runs it again.
   */
  async receive(tx: Tx, arrived: ArrivedMessage[]): Promise<void> {
    if (arrived.length === 0) return;
    const arrivals = arrived.map(soundArrival);
    const now = this.context.now();
    const { picture, marks, senders } = await loadPicture(tx, arrivals, this.recent);
    for (const arrival of arrivals) {
      const decision = decideThread(arrival, picture, {
        secret: this.context.config.secret,
        ownText: (mail) => (mail.mail ? ownText(mail.text) : mail.text),
      });
      recordArrival(arrival, decision, picture, now);
    }
    this.tellRenamed(picture, now);
    if (isUnchanged(picture)) return;
    writeChanges(tx, picture, now);
    this.context.log.append(tx, picture.changes.facts);
    tx.afterCommit(() => this.recent.keep(senders, picture, marks));
  }

  private tellRenamed(picture: Picture, now: Date): void {
    for (const [customerId, displayName] of picture.changes.renamed) {
      const conversationIds = (picture.byCustomer.get(customerId) ?? []).map((conversation) => conversation.id);
      const payload = { customerId, displayName, conversationIds, at: now.toISOString() };
      picture.changes.facts.push({ type: 'customer.changed', key: customerId, seq: null, occurredAt: now, payload });
    }
  }
}

/** Nothing but repeats. */
const isUnchanged = ({ changes }: Picture): boolean => changes.messages.length === 0 && changes.further.length === 0;
