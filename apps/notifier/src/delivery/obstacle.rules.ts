import { carrierConsent } from '#content';
import { DELIVERY_WORDS, type MessageReceived } from '#contracts';
import type { Delivery } from './delivery.rules.js';

export interface ConsentWord {
  channelId: string;
  address: string;
  said: 'stop' | 'start';
  at: string;
}

/** What is known to stand in the way of a reply before anybody is called. */
export interface Obstacles {
  /** The customer wrote STOP to this number then. */
  optedOutAt: Date | null;
  /** The words in which an earlier mail came back from the only recipient, who has not written since. */
  cameBack: string | null;
}

/** Of what customers wrote, the words that open or close the line between them and our number. */
export function consentWords(received: MessageReceived[]): ConsentWord[] {
  return received.flatMap(({ channelKind, channelId, from, preview, receivedAt }) => {
    const said = channelKind === 'sms' ? carrierConsent(preview) : null;
    return said ? [{ channelId, address: from.address, said, at: receivedAt }] : [];
  });
}

/**
 * Why nothing is sent; null: nothing is in the way. Only a reply's first attempt is stopped: whoever has read the
 * words and sends it again wants to know it from the provider.
 */
export function obstacleTo(delivery: Delivery, { optedOutAt, cameBack }: Obstacles): string | null {
  if (delivery.attempts > 1) return null;
  if (optedOutAt) {
    const day = optedOutAt.toISOString().slice(0, 10);
    return `${DELIVERY_WORDS.opted_out_before} (${day})`;
  }
  if (cameBack === null) return null;
  return `${DELIVERY_WORDS.came_back_before} (${cameBack.replace(`${DELIVERY_WORDS.mail_came_back}: `, '')})`;
}
