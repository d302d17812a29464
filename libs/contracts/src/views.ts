import type {
  ChannelKind,
  ChannelState,
  ConversationStatus,
  DeliveryState,
  DestinationKind,
  MessageKind,
  Priority,
  Role,
  SlaKind,
  WaitKind,
} from './kinds.js';

/** What the HTTP surface answers (interface.md). Instants are RFC 3339 UTC with milliseconds. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { path: string; message: string }[];
  [extra: string]: unknown;
}

export interface PersonView {
  id: string;
  email: string;
  name: string;
  role: Role;
  teamIds: string[];
  language: string;
  timeZone: string;
  phone?: string | null;
  active: boolean;
}

export interface TeamView {
  id: string;
  name: string;
  memberIds: string[];
}

export interface TokenView {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  /** Empty: whatever its owner may do. */
  scopes?: string[];
  expiresAt?: string;
}

export interface ChannelView {
  id: string;
  kind: ChannelKind;
  name: string;
  config: Record<string, unknown>;
  address: string;
  state: ChannelState;
  stateReason: string | null;
  teamIds: string[];
  webhooks: { purpose: string; method: string; url: string }[];
  /** Web chat only: the public token of the widget. */
  websiteToken?: string;
  lastReceivedAt: string | null;
  createdAt: string;
}

export interface DueView {
  waitId: string;
  kind: WaitKind;
  /** When the wait opened; with `dueAt` the page draws the 50 % and 80 % marks. */
  openedAt: string;
  dueAt: string;
  breachedAt: string | null;
}

export interface ConversationView {
  id: string;
  subject: string | null;
  status: ConversationStatus;
  customer: { id: string; displayName: string };
  channelKinds: ChannelKind[];
  channelIds: string[];
  assigneeId: string | null;
  teamId: string | null;
  priority: Priority;
  tags: string[];
  /** Last message number; 1, 2, 3 … without gaps. */
  seq: number;
  /** Counts inbox's own events of this conversation without gaps. */
  version: number;
  preview: string;
  /** The channel the customer last wrote on: the composer's proposal. */
  replyChannelId: string | null;
  lastMessageAt: string;
  createdAt: string;
  snoozedUntil: string | null;
  due: DueView | null;
  /** Other conversations this one points at or is pointed at by. */
  links: { kind: 'continues' | 'claims' | 'merged' | 'split'; conversationId: string; direction: 'from' | 'to' }[];
  /** When merged into another one: that one's id. */
  mergedIntoId: string | null;
}

export interface AttachmentView {
  id: string;
  name: string;
  contentType: string;
  size: number;
  url: string;
}

export interface DeliveryView {
  state: DeliveryState;
  reason: string | null;
  providerId: string | null;
}

export interface MessageView {
  id: string;
  conversationId: string;
  seq: number;
  kind: MessageKind;
  automatic: boolean;
  /** Taken for closing thanks: it opened no wait. */
  courtesy: boolean;
  channelId: string | null;
  channelKind: ChannelKind | null;
  from: { address: string; name: string | null };
  /** Who wrote it on our side. */
  authorId: string | null;
  to: { address: string; name: string | null }[];
  cc: { address: string; name: string | null }[];
  subject: string | null;
  text: string;
  /** Sanitised; null when there is none. Remote images are held back as `data-remote-src`. */
  html: string | null;
  attachments: AttachmentView[];
  /** When it was sent or written. */
  at: string;
  /** When our receipt was committed; equals `at` for our own messages. */
  receivedAt: string;
  externalId: string | null;
  clientId: string | null;
  delivery: DeliveryView | null;
  rawUrl: string | null;
  /** `pass`, `fail` or `none` for mail; null elsewhere. */
  authentication: 'pass' | 'fail' | 'none' | null;
  /** For `system`: what happened, for the page to say in its language. */
  system: { event: string; data: Record<string, unknown> } | null;
  parseProblem: string | null;
}

/** Whom a reply goes to when it names nobody, and how to judge whoever else is named. */
export interface ReplyRecipientsView {
  to: { address: string; name: string | null }[];
  cc: { address: string; name: string | null }[];
  /** Copied by the last mail, but not proven: shown, and without a copy unless somebody adds them. */
  copied: { address: string; name: string | null }[];
  /** In lower case: a reply to one of these answers the customer. */
  customer: string[];
  /** In lower case: who takes part already. */
  known: string[];
}

export interface CustomerView {
  id: string;
  displayName: string;
  addresses: {
    id: string;
    kind: string;
    channelId: string | null;
    address: string;
    verified: boolean;
    shared: boolean;
    /** What a chat visitor typed about themselves: shown, never matched. */
    claimed?: { email?: string; name?: string } | null;
  }[];
  language: string | null;
  timeZone: string | null;
  notes: string;
  tags: string[];
  createdAt: string;
  /** The customer it was merged into, else null. */
  mergedIntoId: string | null;
  /** Customers merged into this one. */
  mergedIds: string[];
}

export interface PolicyTarget {
  kind: WaitKind;
  target: string;
  basis: 'clock' | 'business';
  calendarId?: string;
}

export interface PolicyLevel {
  at: { fraction: number } | { overdue: string };
  to: 'assignee' | 'team' | 'lead' | 'manager' | 'slack' | { destinationId: string };
}

export interface PolicyView {
  id: string;
  version: number;
  name: string;
  rank: number;
  replace: boolean;
  scope: {
    channelKinds?: string[];
    priorities?: string[];
    categories?: string[];
    tiers?: string[];
    teamIds?: string[];
  };
  targets: PolicyTarget[];
  warnAt: number[];
  chain: PolicyLevel[];
  enabled: boolean;
}

export type WaitOutcome = 'met' | 'breached' | 'cancelled';

export interface WaitView {
  id: string;
  conversationId: string;
  customerId: string;
  customerName: string;
  kind: WaitKind;
  state: 'open' | 'ended';
  outcome: WaitOutcome | null;
  reason: string | null;
  channelKind: ChannelKind;
  channelId: string;
  slaKind: SlaKind;
  policyId: string;
  policyVersion: number;
  targetSeconds: number;
  basis: 'clock' | 'business';
  openedAt: string;
  dueAt: string;
  /** The latest warning that fired. */
  warnedAt: string | null;
  breachedAt: string | null;
  detectedAt: string | null;
  metAt: string | null;
  answeredAt: string | null;
  answeredById: string | null;
  assigneeIdAtDeadline: string | null;
  teamIdAtDeadline: string | null;
  escalations: {
    level: number;
    dueAt: string;
    firedAt: string | null;
    state: 'pending' | 'fired' | 'skipped';
    to: PolicyLevel['to'];
  }[];
}

export interface ResponseFigures {
  n: number;
  medianSeconds: number | null;
  p90Seconds: number | null;
  p95Seconds: number | null;
}

export interface SlaFigures {
  met: number;
  breached: number;
  open: number;
  cancelled: number;
  /** met / (met + breached), 0 to 1; null without any. */
  attainment: number | null;
  firstResponse: ResponseFigures;
  nextResponse: ResponseFigures;
}

export interface SlaReportView {
  from: string;
  to: string;
  tz: string;
  groupBy: string | null;
  totals: SlaFigures;
  groups: ({ key: string; label: string } & SlaFigures)[];
}

export interface DestinationView {
  id: string;
  kind: DestinationKind;
  name: string;
  config: { channel?: string; address?: string; url?: string };
  state: 'live' | 'failing';
  stateReason: string | null;
}

export interface ParkedView {
  id: string;
  app: string;
  topic: string;
  key: string;
  type: string;
  eventId: string;
  error: string;
  attempts: number;
  firstSeenAt: string;
  lastSeenAt: string;
  /** Later events of the same key that queue behind it. */
  waitingBehind: number;
}

export interface OutboundDeliveryView {
  id: string;
  messageId: string;
  conversationId: string;
  channelId: string;
  channelKind: ChannelKind;
  to: string;
  state: DeliveryState;
  reason: string | null;
  providerId: string | null;
  attempts: number;
  createdAt: string;
  updatedAt: string;
}

/** One item of the changes feed and of the socket's `event`. */
export interface ChangeView {
  id: string;
  type: string;
  conversationId: string | null;
  /** The message's number for `message.*`, otherwise null. */
  seq: number | null;
  /** Null for `wait.*` and `delivery.*`. */
  version: number | null;
  occurredAt: string;
  payload: Record<string, unknown>;
}

export interface ChangesView {
  items: ChangeView[];
  cursor: string;
}
