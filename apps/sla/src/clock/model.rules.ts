import type {
  BreachCause,
  ChannelKind,
  ConversationStatus,
  DeliveryState,
  PolicyLevel,
  PolicyView,
  Priority,
  SlaKind,
  WaitKind,
  WaitOutcome,
} from '#contracts';

/** What clocks need to know about a conversation; taken from inbox's events. */
export interface Conversation {
  id: string;
  version: number;
  customerId: string | null;
  customerName: string;
  status: ConversationStatus;
  priority: Priority;
  tags: string[];
  subject: string | null;
  /** First line of the customer's last message, for alerts. */
  preview: string;
  channelTeamIds: string[];
  teamId: string | null;
  assigneeId: string | null;
  /** When the present assignee took it. */
  assignedAt: Date | null;
  /** A human public reply precedes: the next wait is a next response. */
  humanReplied: boolean;
  mergedIntoId: string | null;
}

/** A customer message nobody has answered: its opened instant plus its channel's target is a deadline to keep. */
export interface Candidate {
  messageId: string;
  openedAt: Date;
  receivedAt: Date;
  channelTimestamp: Date | null;
  channelId: string;
  channelKind: ChannelKind;
  slaKind: SlaKind;
  /** The ranked list of policies it is judged by. */
  listVersion: number;
}

export interface Warning {
  fraction: number;
  at: Date;
  firedAt: Date | null;
}

/** One level of the escalation chain on one wait; fires at most once. */
export interface Level {
  id: string;
  waitId: string;
  level: number;
  at: PolicyLevel['at'];
  recipient: PolicyLevel['to'];
  dueAt: Date;
  state: 'pending' | 'fired' | 'skipped';
  firedAt: Date | null;
  reason: string | null;
}

/** The span in which a customer waits for a human: the unit of SLA, reports and export. */
export interface Wait {
  id: string;
  conversationId: string;
  threadId: string;
  customerId: string | null;
  kind: WaitKind;
  state: 'open' | 'ended';
  outcome: WaitOutcome | null;
  reason: string | null;
  causes: BreachCause[];
  openedAt: Date;
  receivedAt: Date;
  channelTimestamp: Date | null;
  receivedLate: boolean;
  openingMessageId: string;
  openingChannelKind: ChannelKind;
  openingSeq: number;
  lastSeq: number;
  candidates: Candidate[];
  channelId: string;
  channelKind: ChannelKind;
  slaKind: SlaKind;
  deadlineMessageId: string;
  /** Null together with `deadlineAt`: no policy promises anything here. */
  policyId: string | null;
  policyVersion: number | null;
  listVersion: number;
  targetSeconds: number | null;
  basis: 'clock' | 'business';
  /** Where the target started to count: the opened instant of the deadline's message, or a change that tightened it. */
  startsAt: Date;
  deadlineAt: Date | null;
  warnings: Warning[];
  openedFacts: Record<string, unknown>;
  priority: Priority;
  tags: string[];
  teamId: string | null;
  assigneeId: string | null;
  breachedAt: Date | null;
  detectedAt: Date | null;
  assigneeIdAtDeadline: string | null;
  teamIdAtDeadline: string | null;
  ownedForSeconds: number | null;
  satisfiedAt: Date | null;
  answerMessageId: string | null;
  answeredById: string | null;
  endedAt: Date | null;
  /** A recorded breach that event-time evidence took back. */
  withdrawnAt: Date | null;
  revocations: number;
  levels: Level[];
}

/** One of our public replies and what became of it. */
export interface Reply {
  messageId: string;
  conversationId: string;
  /** Its number in the conversation; 0 while only the provider's word is known. */
  seq: number;
  releasedAt: Date | null;
  authorId: string | null;
  human: boolean;
  /** `released`: the provider has not taken it yet; `accepted`: it has; `revoked`: it failed or was not taken in time. */
  state: 'released' | 'accepted' | 'revoked';
  deliveryState: DeliveryState | null;
  deliveryAt: Date | null;
  /** Set while it answers a wait and is not accepted: then the answer is revoked. */
  handoverDueAt: Date | null;
  /** A failure was reported; otherwise a revoked one was only not taken in time. */
  failed: boolean;
  /** Ids of the delivery events handled, the latest ones. */
  heard: string[];
}

/** Everything about one conversation that a decision may depend on. Never changed in place. */
export interface Picture {
  conversation: Conversation;
  waits: readonly Wait[];
  replies: readonly Reply[];
}

/** Policies as of one save, in rank order. */
export interface PolicyList {
  version: number;
  policies: PolicyView[];
}

export type FactType =
  | 'wait.opened'
  | 'wait.extended'
  | 'wait.retargeted'
  | 'wait.warned'
  | 'wait.breached'
  | 'wait.answered'
  | 'wait.answer_revoked'
  | 'wait.breach_withdrawn'
  | 'wait.cancelled'
  | 'wait.cancellation_revoked'
  | 'wait.absorbed'
  | 'wait.moved'
  | 'escalation.fired';

/** One line of the ledger, with the wait as it is after it. */
export interface Fact {
  type: FactType;
  wait: Wait;
  /** When it happened: the deadline of a breach, the release of an answer. */
  at: Date;
  cause?: string | null;
  actor?: string | null;
  level?: Level;
  data?: Record<string, unknown>;
  /** For the ledger alone: what others know of the wait is still true. */
  quiet?: boolean;
}

export interface Decision {
  picture: Picture;
  facts: Fact[];
}
