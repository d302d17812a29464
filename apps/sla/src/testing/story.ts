import type {
  ChannelKind,
  ConversationFacts,
  DeliveryState,
  Envelope,
  EventPayloads,
  EventType,
  Priority,
  SlaKind,
  WaitView,
} from '#contracts';
import { FakeClock, newId } from '#kernel';
import type { AppContext } from '#platform';
import { testInstallation, type TestInstallation } from '#testing';
import { slaMigrations } from '../index.js';
import { ClockCheck } from '../tracking/clock-check.js';
import { DueTimer } from '../tracking/due-timer.js';
import { DueWorker } from '../tracking/due.worker.js';
import { TrackingService } from '../tracking/tracking.service.js';
import { WaitsService } from '../waits/waits.service.js';

export const AT = (time: string, day = '2026-11-20'): Date =>
  new Date(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);

const SLA_KIND: Record<ChannelKind, SlaKind> = {
  email: 'email',
  sms: 'sms',
  messenger: 'social',
  webchat: 'webchat',
  custom: 'social',
};

/** A conversation as inbox would tell it: numbers its messages and its events, remembers its facts. */
export class Talk {
  readonly id = newId();
  readonly channels = new Map<ChannelKind, string>();
  facts: ConversationFacts = {
    conversationId: this.id,
    customer: { id: newId(), displayName: 'Ana' },
    status: 'open',
    priority: 'normal',
    tags: [],
    subject: null,
    audience: { channelIds: [], channelTeamIds: [], teamId: null, assigneeId: null },
  };
  private seq = 0;
  private version = 0;

  writes(at: Date, kind: ChannelKind = 'sms', over: Partial<EventPayloads['message.received']> = {}): Envelope {
    const messageSeq = ++this.seq;
    const instant = at.toISOString();
    return this.event('message.received', {
      ...this.message(kind, messageSeq),
      ...{ automatic: false, courtesy: false, openedAt: instant, channelTimestamp: null, receivedAt: instant },
      from: { address: '+301', name: null },
      effect: messageSeq === 1 ? 'opened' : 'joined',
      clientId: null,
      receiptId: newId(),
      ...over,
    });
  }

  replies(
    at: Date,
    over: Partial<EventPayloads['message.replied']> = {},
    kind: ChannelKind = 'sms',
  ): Envelope<'message.replied'> {
    const messageSeq = ++this.seq;
    return this.event('message.replied', {
      ...this.message(kind, messageSeq),
      authorId: AGENT,
      clientId: newId(),
      at: at.toISOString(),
      answersSeq: messageSeq - 1,
      human: true,
      outbound: {} as EventPayloads['message.replied']['outbound'],
      ...over,
    });
  }

  /** Somebody says that `message` needs an answer after all. */
  corrects(at: Date, message: Envelope, over: Partial<EventPayloads['message.corrected']> = {}): Envelope {
    const { messageId, messageSeq, channelId, channelKind, slaKind, preview, openedAt, channelTimestamp, receivedAt } =
      message.payload as EventPayloads['message.received'];
    return this.event('message.corrected', {
      ...{ conversation: this.facts, messageId, messageSeq, channelId, channelKind, slaKind, preview },
      ...{ openedAt, channelTimestamp, receivedAt, from: 'courtesy', answer: null, at: at.toISOString() },
      by: { kind: 'person', id: AGENT },
      ...over,
    });
  }

  notes(at: Date): Envelope {
    const facts = {
      conversation: this.facts,
      messageId: newId(),
      messageSeq: ++this.seq,
      authorId: AGENT,
      clientId: null,
    };
    return this.event('message.noted', { ...facts, at: at.toISOString() });
  }

  status(at: Date, from: 'open' | 'resolved', to: 'open' | 'resolved', reason: string | null = null): Envelope {
    this.facts = { ...this.facts, status: to };
    const by = { kind: 'person' as const, id: AGENT };
    return this.event('conversation.status_changed', { ...this.changed(at, from, to), by, reason, snoozedUntil: null });
  }

  assigned(at: Date, assigneeId: string | null, teamId: string | null = null): Envelope {
    const from = { assigneeId: this.facts.audience.assigneeId, teamId: this.facts.audience.teamId };
    this.facts = { ...this.facts, audience: { ...this.facts.audience, assigneeId, teamId } };
    return this.event('conversation.assigned', this.changed(at, from, { assigneeId, teamId }));
  }

  priority(at: Date, to: Priority): Envelope {
    const from = this.facts.priority;
    this.facts = { ...this.facts, priority: to };
    return this.event('conversation.priority_changed', this.changed(at, from, to));
  }

  tags(at: Date, to: string[]): Envelope {
    const from = this.facts.tags;
    this.facts = { ...this.facts, tags: to };
    return this.event('conversation.tags_changed', this.changed(at, from, to));
  }

  mergedInto(at: Date, into: Talk): Envelope {
    const by = { kind: 'person' as const, id: AGENT };
    return this.event('conversation.merged', { conversation: this.facts, intoId: into.id, by, at: at.toISOString() });
  }

  unmergedFrom(at: Date, from: Talk): Envelope {
    const by = { kind: 'person' as const, id: AGENT };
    return this.event('conversation.unmerged', { conversation: this.facts, fromId: from.id, by, at: at.toISOString() });
  }

  splitInto(at: Date, fresh: Talk, fromSeq: number): Envelope {
    const by = { kind: 'person' as const, id: AGENT };
    const payload = { conversation: this.facts, newConversationId: fresh.id, fromSeq, by, at: at.toISOString() };
    return this.event('conversation.split', { ...payload, moved: [] });
  }

  delivery(reply: Envelope<'message.replied'>, to: DeliveryState, at: Date): Envelope<'delivery.changed'> {
    const { messageId, channelId, channelKind } = reply.payload;
    return envelope('delivery.changed', this.id, null, {
      ...{ conversationId: this.id, messageId, channelId, channelKind, deliveryId: newId(), from: null, to },
      ...{ reason: null, providerId: null, messageIdHeader: null, at: at.toISOString() },
    });
  }

  private changed<T>(at: Date, from: T, to: T) {
    return { conversation: this.facts, from, to, by: { kind: 'person' as const, id: AGENT }, at: at.toISOString() };
  }

  private message(channelKind: ChannelKind, messageSeq: number) {
    const channelId = this.channels.get(channelKind) ?? CHANNEL[channelKind];
    const preview = `message ${messageSeq}`;
    return {
      conversation: this.facts,
      messageId: newId(),
      messageSeq,
      channelId,
      channelKind,
      slaKind: SLA_KIND[channelKind],
      preview,
    };
  }

  private event<T extends EventType>(type: T, payload: EventPayloads[T]): Envelope<T> {
    return envelope(type, this.id, ++this.version, payload);
  }
}

export const AGENT = '00000000-0000-7000-8000-00000000000a';
export const CHANNEL: Record<ChannelKind, string> = {
  email: '00000000-0000-7000-8000-0000000000e1',
  sms: '00000000-0000-7000-8000-0000000000e2',
  messenger: '00000000-0000-7000-8000-0000000000e3',
  webchat: '00000000-0000-7000-8000-0000000000e4',
  custom: '00000000-0000-7000-8000-0000000000e5',
};

function envelope<T extends EventType>(
  type: T,
  key: string,
  seq: number | null,
  payload: EventPayloads[T],
): Envelope<T> {
  const occurredAt = 'at' in payload ? String(payload.at) : new Date(0).toISOString();
  return { id: newId(), type, version: 1, key, seq, occurredAt, correlationId: newId(), causationId: null, payload };
}

/** sla on a real database, with a clock that the story moves. */
export class Story {
  readonly tracking: TrackingService;
  readonly worker: DueWorker;
  readonly waitsService: WaitsService;

  private constructor(
    private readonly installation: TestInstallation,
    readonly context: AppContext,
    readonly clock: FakeClock,
  ) {
    const timer = new DueTimer();
    this.tracking = new TrackingService(context, timer);
    this.worker = new DueWorker(context, this.tracking, timer, new ClockCheck(context));
    this.waitsService = new WaitsService(context);
  }

  static async begin(): Promise<Story> {
    const clock = new FakeClock(AT('09:00'));
    const installation = await testInstallation(clock);
    return new Story(installation, await installation.open('sla', slaMigrations), clock);
  }

  end(): Promise<void> {
    return this.installation.close();
  }

  /** Another process of sla on the same database: it remembers nothing that this one wrote. */
  secondProcess(): { tracking: TrackingService; worker: DueWorker } {
    const timer = new DueTimer();
    const tracking = new TrackingService(this.context, timer);
    return { tracking, worker: new DueWorker(this.context, tracking, timer, new ClockCheck(this.context)) };
  }

  at(time: string, day?: string): void {
    this.clock.set(AT(time, day));
  }

  /** inbox's events in one batch. */
  async hears(...events: Envelope[]): Promise<void> {
    await this.context.db.transaction((tx) => this.tracking.handleConversations(tx, events));
  }

  async hearsDelivery(...events: Envelope[]): Promise<void> {
    await this.context.db.transaction((tx) => this.tracking.handleDeliveries(tx, events));
  }

  tick(): Promise<number> {
    return this.worker.tick();
  }

  async waits(conversationId: string): Promise<WaitView[]> {
    const everybody = { personId: AGENT, role: 'admin' as const, teamIds: [], scopes: [], via: 'token' as const };
    const page = await this.waitsService.list(everybody, { conversation: conversationId, tz: 'UTC' });
    return page.items.toReversed();
  }

  async wait(conversationId: string): Promise<WaitView> {
    const waits = await this.waits(conversationId);
    if (waits.length !== 1) throw new Error(`expected one wait, found ${waits.length}`);
    return waits[0]!;
  }

  async ledger(
    conversationId: string,
  ): Promise<{ type: string; at: Date; cause: string | null; data: Record<string, unknown> }[]> {
    return this.context.db.query('select type, at, cause, data from ledger where conversation_id = $1 order by id', [
      conversationId,
    ]);
  }

  /** What the rest of the house heard of this conversation, in order. */
  async heard(conversationId: string): Promise<Envelope[]> {
    const rows = await this.context.db.query<{ envelope: string }>(
      `select envelope from log.events where topic = 'sla.clock.v1' and key = $1 order by position`,
      [conversationId],
    );
    return rows.map((row) => JSON.parse(row.envelope) as Envelope);
  }
}
