import { Injectable } from '@nestjs/common';
import type { AnyEnvelope } from '#contracts';
import type { Tx } from '#database';
import { isNews } from './delivery.rules.js';
import { addSentIds, lockDeliveries, saveDeliveries } from './delivery.store.js';

/** What became of replies: shown on the message as it is, in the provider's words. */
@Injectable()
export class DeliveriesService {
  async change(tx: Tx, events: AnyEnvelope[]): Promise<void> {
    const changes = events.flatMap((event) => (event.type === 'delivery.changed' ? [event.payload] : []));
    if (changes.length === 0) return;
    const rows = await lockDeliveries(tx, [...new Set(changes.map((change) => change.messageId))]);
    const known = new Map(rows.map((row) => [row.messageId, row]));
    const touched = new Set<string>();
    for (const change of changes) {
      const row = known.get(change.messageId);
      if (!row || !isNews(row.state, change)) continue;
      row.state = change.to;
      row.reason = change.reason;
      row.providerId = change.providerId ?? row.providerId;
      touched.add(change.messageId);
    }
    if (touched.size > 0)
      await saveDeliveries(
        tx,
        rows.filter((row) => touched.has(row.messageId)),
      );
    await addSentIds(
      tx,
      changes.flatMap(({ messageIdHeader: header, messageId }) =>
        header && known.has(messageId) ? [{ header, messageId }] : [],
      ),
    );
  }
}
