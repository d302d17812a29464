import type { ChangeView, ConversationView } from '#contracts';

/**
 * What the server would know and tell, small enough to be read: the other side of `apply(old, events) = refetch`.
 * Used by specs only.
 */
export type Step =
  | { do: 'open' }
  | { do: 'receive'; on: number; channel: number }
  | { do: 'reply'; on: number }
  | { do: 'note'; on: number }
  | { do: 'assign'; on: number; to: string | null }
  | { do: 'priority'; on: number; to: ConversationView['priority'] }
  | { do: 'tags'; on: number; to: string[] }
  | { do: 'status'; on: number; to: ConversationView['status'] }
  | { do: 'rename'; on: number; to: string }
  | { do: 'wait'; on: number; minutes: number | null };

const KINDS = ['email', 'sms', 'webchat'] as const;
const START = Date.UTC(2026, 10, 21, 10);

export class ModelServer {
  readonly events: ChangeView[] = [];
  private readonly byId = new Map<string, ConversationView>();
  private clock = START;

  snapshot(): Record<string, ConversationView> {
    return structuredClone(Object.fromEntries(this.byId));
  }

  run(step: Step): void {
    this.clock += 1_000;
    if (step.do === 'open') return this.open();
    const all = [...this.byId.values()];
    const view = all[step.on % Math.max(1, all.length)];
    if (view) this.change(view, step);
  }

  private open(): void {
    const number = this.byId.size + 1;
    this.byId.set(`c${number}`, {
      id: `c${number}`,
      subject: null,
      status: 'open',
      customer: { id: `u${number}`, displayName: `Customer ${number}` },
      channelKinds: ['email'],
      channelIds: ['ch0'],
      assigneeId: null,
      teamId: null,
      priority: 'normal',
      tags: [],
      seq: 0,
      version: 0,
      preview: '',
      replyChannelId: null,
      lastMessageAt: this.now(),
      createdAt: this.now(),
      snoozedUntil: null,
      due: null,
      links: [],
      mergedIntoId: null,
    });
    this.change(this.byId.get(`c${number}`)!, { do: 'receive', on: 0, channel: 0 });
  }

  private change(view: ConversationView, step: Exclude<Step, { do: 'open' }>): void {
    const now = this.now();
    switch (step.do) {
      case 'receive': {
        const kind = KINDS[step.channel % KINDS.length]!;
        const channelId = `ch${step.channel % KINDS.length}`;
        this.message(view, `Question at ${now}`, channelId, kind);
        view.replyChannelId = channelId;
        return this.tell('message.received', view, { ...this.facts(view, channelId, kind), receivedAt: now });
      }
      case 'reply': {
        const channelId = view.channelIds[0]!;
        const kind = view.channelKinds[0]!;
        this.message(view, `Answer at ${now}`, channelId, kind);
        return this.tell('message.replied', view, { ...this.facts(view, channelId, kind), at: now });
      }
      case 'note':
        view.seq += 1;
        return this.tell('message.noted', view, { messageSeq: view.seq });
      case 'assign': {
        const from = { assigneeId: view.assigneeId, teamId: view.teamId };
        view.assigneeId = step.to;
        view.seq += 1;
        return this.tell('conversation.assigned', view, { from, to: { assigneeId: step.to, teamId: view.teamId } });
      }
      case 'priority': {
        const from = view.priority;
        view.priority = step.to;
        view.seq += 1;
        return this.tell('conversation.priority_changed', view, { from, to: step.to });
      }
      case 'tags': {
        const from = view.tags;
        view.tags = step.to;
        view.seq += 1;
        return this.tell('conversation.tags_changed', view, { from, to: step.to });
      }
      case 'status': {
        const from = view.status;
        view.status = step.to;
        view.snoozedUntil = step.to === 'snoozed' ? now : null;
        view.seq += 1;
        return this.tell('conversation.status_changed', view, { from, to: step.to, snoozedUntil: view.snoozedUntil });
      }
      case 'rename':
        view.customer = { ...view.customer, displayName: step.to };
        return this.push('customer.changed', null, null, {
          customerId: view.customer.id,
          displayName: step.to,
          conversationIds: [view.id],
        });
      case 'wait': {
        const dueAt = step.minutes === null ? null : new Date(this.clock + step.minutes * 60_000).toISOString();
        view.due = dueAt
          ? { waitId: `w-${view.id}`, kind: 'first_response', openedAt: now, dueAt, breachedAt: null }
          : null;
        return this.push(dueAt ? 'wait.opened' : 'wait.answered', view.id, null, { due: view.due });
      }
    }
  }

  private message(
    view: ConversationView,
    text: string,
    channelId: string,
    kind: ConversationView['channelKinds'][0],
  ): void {
    view.seq += 1;
    view.preview = text;
    view.lastMessageAt = this.now();
    if (!view.channelIds.includes(channelId)) view.channelIds = [...view.channelIds, channelId];
    if (!view.channelKinds.includes(kind)) view.channelKinds = [...view.channelKinds, kind];
  }

  private facts(view: ConversationView, channelId: string, channelKind: string) {
    return { messageSeq: view.seq, channelId, channelKind, preview: view.preview };
  }

  private tell(type: string, view: ConversationView, payload: Record<string, unknown>): void {
    view.version += 1;
    const { id, customer, status, priority, tags, subject, assigneeId, teamId, seq } = view;
    const audience = { channelIds: view.channelIds, channelTeamIds: [], teamId, assigneeId };
    const conversation = { conversationId: id, customer, status, priority, tags, subject, audience, lastSeq: seq };
    this.push(type, id, view.version, { conversation, ...payload });
  }

  private push(
    type: string,
    conversationId: string | null,
    version: number | null,
    payload: Record<string, unknown>,
  ): void {
    const seq = typeof payload.messageSeq === 'number' ? payload.messageSeq : null;
    const id = `e${this.events.length + 1}`;
    this.events.push(structuredClone({ id, type, conversationId, seq, version, occurredAt: this.now(), payload }));
  }

  private now(): string {
    return new Date(this.clock).toISOString();
  }
}
