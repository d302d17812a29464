import type {
  Actor,
  ConversationFacts,
  DeliveryChanged,
  Envelope,
  EventPayloads,
  EventType,
  MessageReceived,
} from '../events.js';

/**
 * One example of each event, checked against its type here and kept as JSON beside this file: what a producer writes and
 * every consumer, in any version, must be able to read. A change of a JSON file is a change of the contract; it is made by
 * `UPDATE_SAMPLES=1 npm run jest -- libs/contracts`.
 */
const id = (n: number): string => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const AT = '2026-11-20T09:00:00.000Z';
const LATER = '2026-11-20T11:00:00.000Z';
const [CONVERSATION, CUSTOMER, CHANNEL, MESSAGE, PERSON, TEAM, WAIT] = [1, 2, 3, 4, 5, 6, 7].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const OTHER = id(8);
const by: Actor = { kind: 'person', id: PERSON };
const at = AT;

const conversation: ConversationFacts = {
  conversationId: CONVERSATION,
  customer: { id: CUSTOMER, displayName: 'Ελένη Παπαδοπούλου' },
  status: 'open',
  priority: 'normal',
  tags: ['delivery'],
  subject: 'Where is my parcel?',
  audience: { channelIds: [CHANNEL], channelTeamIds: [TEAM], teamId: TEAM, assigneeId: PERSON },
  lastSeq: 3,
};

const message = {
  conversation,
  messageId: MESSAGE,
  messageSeq: 3,
  channelId: CHANNEL,
  channelKind: 'email' as const,
  slaKind: 'email' as const,
  preview: 'Where is my parcel? 📦',
};

const received: MessageReceived = {
  ...message,
  receiptId: id(9),
  automatic: false,
  openedAt: AT,
  channelTimestamp: AT,
  receivedAt: AT,
  from: { address: 'eleni@example.gr', name: 'Ελένη' },
  effect: 'joined',
  courtesy: false,
  clientId: null,
};

const delivery: DeliveryChanged = {
  conversationId: CONVERSATION,
  messageId: MESSAGE,
  deliveryId: id(10),
  channelId: CHANNEL,
  channelKind: 'email',
  from: 'sending',
  to: 'sent',
  reason: null,
  providerId: '250 queued as 7F3A',
  messageIdHeader: null,
  at,
};

const wait = {
  conversationId: CONVERSATION,
  waitId: WAIT,
  kind: 'first_response' as const,
  customerId: CUSTOMER,
  customerName: 'Ελένη Παπαδοπούλου',
  channelKind: 'email' as const,
  channelId: CHANNEL,
  openedAt: AT,
  dueAt: LATER,
  targetSeconds: 7200,
  assigneeId: PERSON,
  teamId: TEAM,
  due: { waitId: WAIT, kind: 'first_response' as const, openedAt: AT, dueAt: LATER, breachedAt: null },
};

const PAYLOADS = {
  'message.arrived': {
    receiptId: id(9),
    channelId: CHANNEL,
    channelKind: 'email',
    slaKind: 'email',
    channelAddress: 'help@shop.example',
    channelName: 'Help',
    channelTeamIds: [TEAM],
    dedupeKey: 'mail:3f2a',
    externalId: '<parcel@example.gr>',
    from: { kind: 'email', scope: '', address: 'eleni@example.gr', display: 'eleni@example.gr', name: 'Ελένη' },
    subject: 'Where is my parcel?',
    text: 'Where is my parcel? 📦',
    html: '<p>Where is my parcel? 📦</p>',
    attachments: [
      { id: id(11), name: 'receipt.pdf', contentType: 'application/pdf', size: 4096, sha256: '9f86d081884c7d65' },
    ],
    automatic: false,
    channelTimestamp: AT,
    receivedAt: AT,
    mail: {
      class: 'human',
      messageId: '<parcel@example.gr>',
      inReplyTo: null,
      references: [],
      tokens: [],
      to: [{ address: 'help@shop.example', name: 'Help' }],
      cc: [],
      replyTo: null,
      authentication: 'pass',
    },
  },
  'message.received': received,
  'message.replied': {
    ...message,
    authorId: PERSON,
    clientId: id(12),
    at,
    answersSeq: 2,
    human: true,
    outbound: {
      deliveryId: id(10),
      messageId: MESSAGE,
      conversationId: CONVERSATION,
      channelId: CHANNEL,
      channelKind: 'email',
      to: [{ address: 'eleni@example.gr', name: 'Ελένη' }],
      cc: [],
      subject: 'Re: Where is my parcel?',
      text: 'It comes today.',
      html: '<p>It comes today.</p>',
      attachments: [],
      mail: {
        from: { address: 'help@shop.example', name: 'Help' },
        replyTo: 'help+token@shop.example',
        messageId: '<reply@shop.example>',
        inReplyTo: '<parcel@example.gr>',
        references: ['<parcel@example.gr>'],
      },
    },
  },
  'message.noted': { conversation, messageId: MESSAGE, messageSeq: 3, authorId: PERSON, clientId: null, at },
  'conversation.status_changed': {
    conversation,
    from: 'open',
    to: 'resolved',
    by,
    at,
    reason: 'duplicate',
    snoozedUntil: null,
  },
  'conversation.assigned': {
    conversation,
    from: { assigneeId: null, teamId: null },
    to: { assigneeId: PERSON, teamId: TEAM },
    by,
    at,
  },
  'conversation.priority_changed': { conversation, from: 'normal', to: 'urgent', by, at },
  'conversation.tags_changed': {
    conversation,
    from: [],
    to: ['delivery'],
    by: { kind: 'system', rule: 'tagging' },
    at,
  },
  'conversation.merged': { conversation, intoId: OTHER, by, at },
  'conversation.unmerged': { conversation, fromId: OTHER, by, at },
  'conversation.split': { conversation, newConversationId: OTHER, fromSeq: 2, by, at },
  'conversation.linked': { conversation, kind: 'continues', toId: OTHER, at },
  'customer.changed': { customerId: CUSTOMER, displayName: 'Ελένη', conversationIds: [CONVERSATION], at },
  'customer.merged': { fromId: OTHER, intoId: CUSTOMER, conversationIds: [CONVERSATION], by, at },
  'customer.unmerged': { fromId: OTHER, intoId: CUSTOMER, conversationIds: [CONVERSATION], by, at },
  'wait.opened': wait,
  'wait.extended': wait,
  'wait.retargeted': { ...wait, from: AT, cause: 'priority' },
  'wait.warned': { ...wait, fraction: 0.8, warnedAt: AT },
  'wait.breached': { ...wait, breachedAt: LATER, detectedAt: LATER },
  'wait.answered': { ...wait, due: null, answeredAt: AT, answeredById: PERSON, outcome: 'met' },
  'wait.reopened': { ...wait, cause: 'delivery_failed' },
  'wait.cancelled': { ...wait, due: null, reason: 'spam' },
  'escalation.fired': {
    ...wait,
    escalationId: id(13),
    level: 1,
    to: 'lead',
    escalationDueAt: LATER,
    firedAt: LATER,
    breached: true,
    priority: 'normal',
    preview: 'Where is my parcel? 📦',
    subject: null,
  },
  'escalation.skipped': { ...wait, due: null, escalationId: id(13), level: 2, reason: 'answered' },
  'delivery.changed': delivery,
  'delivery.reported': {
    channelId: CHANNEL,
    channelKind: 'sms',
    deliveryId: null,
    providerId: 'SM0001',
    messageIdHeader: null,
    state: 'failed',
    reason: 'The number is not in service.',
    at,
  },
  'person.changed': {
    id: PERSON,
    email: 'ana@shop.example',
    name: 'Ana',
    role: 'lead',
    teamIds: [TEAM],
    language: 'ro',
    timeZone: 'Europe/Bucharest',
    phone: null,
    active: true,
  },
  'team.changed': { id: TEAM, name: 'Mornings', memberIds: [PERSON] },
  'channel.changed': {
    id: CHANNEL,
    kind: 'email',
    name: 'Help',
    slaKind: 'email',
    address: 'help@shop.example',
    config: { host: 'mail.shop.example' },
    sealedSecrets: 'sealed:v1:AAAA',
    teamIds: [TEAM],
    removed: false,
  },
  'message.corrected': {
    ...message,
    from: 'courtesy',
    openedAt: AT,
    channelTimestamp: AT,
    receivedAt: AT,
    answer: null,
    by,
    at,
  },
} satisfies EventPayloads;

export function sampleOf<T extends EventType>(type: T, payload: EventPayloads[T] = PAYLOADS[type]): Envelope<T> {
  const seq = type.startsWith('message.') || type.startsWith('conversation.') ? 3 : null;
  const key = type === 'message.arrived' ? `${CHANNEL}:eleni@example.gr` : CONVERSATION;
  return {
    id: id(100 + Object.keys(PAYLOADS).indexOf(type)),
    type,
    version: 1,
    key,
    seq: type === 'message.arrived' ? null : seq,
    occurredAt: AT,
    correlationId: id(99),
    causationId: null,
    payload,
  };
}
