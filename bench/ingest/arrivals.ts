import { randomUUID } from 'node:crypto';
import { type ArrivedMessage, type Envelope, slaKindOf } from '#contracts';
import { idFrom, newId } from '#kernel';

const CHANNEL = idFrom('bench', 'channel');

/** One text message as gateway would have put it into the log. */
export function arrival(n: number, senders: number): Envelope<'message.arrived'> {
  const sender = `+1555${String(4_000_000 + (n % senders))}`;
  const externalId = `SM${idFrom('bench', String(n)).replaceAll('-', '')}`;
  const at = new Date().toISOString();
  const payload: ArrivedMessage = {
    receiptId: newId(),
    channelId: CHANNEL,
    channelKind: 'sms',
    slaKind: slaKindOf('sms'),
    channelAddress: '+15005550006',
    channelName: 'bench',
    channelTeamIds: [],
    dedupeKey: `${CHANNEL}:${externalId}`,
    externalId,
    from: { kind: 'phone', scope: '', address: sender, display: sender, name: null },
    subject: null,
    text: `Message ${n}: where is my parcel? It was promised for Tuesday and the tracking page has said "on its way" since then. ${'.'.repeat(120)}`,
    html: null,
    attachments: [],
    automatic: false,
    channelTimestamp: null,
    receivedAt: at,
  };
  return {
    id: newId(),
    type: 'message.arrived',
    version: 1,
    key: `${CHANNEL}:${sender}`,
    seq: null,
    occurredAt: at,
    correlationId: randomUUID(),
    causationId: null,
    payload,
  };
}
