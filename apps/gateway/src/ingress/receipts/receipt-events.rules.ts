import type { DeliveryReport } from '#contracts';
import { soundKey } from '#kernel';

/** The same item of a bundle, in whatever delivery it comes. */
export function itemKey(item: { dedupeKey: string }): string {
  return soundKey(item.dedupeKey);
}

/** Reports of one message in one state are the same report, however often the provider sends it. */
export function reportKey(report: DeliveryReport): string {
  return soundKey(`report:${report.deliveryId ?? report.providerId ?? report.messageIdHeader ?? ''}:${report.state}`);
}

/** `delivery.reported` keeps its order per message of ours. */
export function reportEventKey(report: DeliveryReport): string {
  return soundKey(report.deliveryId ?? report.providerId ?? report.messageIdHeader ?? '') || report.channelId;
}

/**
 * Which items need a key of their own: those that the delivery's key does not stand for, since it names several.
 * @param deliveryKey the connector's receiptKey; of a single item it contains the provider's id of that item
 */
export function itemKeysOf(
  channelId: string,
  deliveryKey: string,
  items: { dedupeKey: string }[],
  reports: DeliveryReport[],
): { key: string; message: boolean }[] {
  if (items.length + reports.length === 1) {
    const providerId = items[0]?.dedupeKey.replace(`${channelId}:`, '') ?? reports[0]?.providerId;
    if (providerId && deliveryKey.includes(providerId)) return [];
  }
  return [
    ...items.map((item) => ({ key: itemKey(item), message: true })),
    ...reports.map((report) => ({ key: reportKey(report), message: false })),
  ];
}
