import { DELIVERY_STATES, type DeliveryState } from '#contracts';

/**
 * Whether a delivery's news counts: what continues the state we know (a retry begins again after `failed`), and
 * otherwise only what ranks higher, so that a late "sent" never hides a "delivered".
 */
export function isNews(
  known: DeliveryState | null,
  change: { from: DeliveryState | null; to: DeliveryState },
): boolean {
  if (known === null || change.from === known) return true;
  return DELIVERY_STATES.indexOf(change.to) > DELIVERY_STATES.indexOf(known);
}
