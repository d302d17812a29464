import type { ArrivedMessage, ConversationView, MessageView, Page } from '#contracts';
import { FakeClock, idFrom } from '#kernel';
import type { AppContext, Identity } from '#platform';
import { asIdentity, eventually, runApp, type RunningApp, testInstallation, type TestInstallation } from '#testing';
import { inboxModule } from '../inbox.module.js';
import { inboxMigrations } from '../migrations/index.js';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

/** Inbox over HTTP on a database of its own, its far ends played by the test: what gateway, sla and notifier append. */
export class InboxApp {
  private constructor(
    readonly installation: TestInstallation,
    readonly context: AppContext,
    readonly clock: FakeClock,
    private readonly app: RunningApp,
  ) {}

  static async start(): Promise<InboxApp> {
    const clock = new FakeClock('2026-11-20T09:00:00.000Z');
    const installation = await testInstallation(clock);
    const context = await installation.open('inbox', inboxMigrations);
    const app = await runApp({ parts: installation.parts, modules: [inboxModule(context)], contexts: [context] });
    return new InboxApp(installation, context, clock, app);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.installation.close();
  }

  /** @param who a role's defaults: an administrator who sees everything */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    who: Partial<Identity> | null = {},
  ): Promise<Answer<T>> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.app.url}${path.startsWith('/') ? path : `/api/v1/${path}`}`, {
      method,
      headers: {
        ...(who === null ? {} : asIdentity(who)),
        ...(body !== undefined && !isForm ? { 'content-type': 'application/json' } : {}),
      },
      body: body === undefined ? undefined : isForm ? body : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T, headers: response.headers };
  }

  async get<T = Record<string, unknown>>(path: string, who?: Partial<Identity>): Promise<T> {
    const answer = await this.call<T>('GET', path, undefined, who);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Appends what gateway's ingress would, and waits until it is threaded. */
  async arrive(...arrivals: ArrivedMessage[]): Promise<ConversationView[]> {
    await this.context.db.transaction(async (tx) =>
      this.context.log.append(
        tx,
        arrivals.map((payload) => ({
          type: 'message.arrived' as const,
          key: payload.from.address,
          occurredAt: this.clock.now(),
          payload,
        })),
      ),
    );
    return Promise.all(arrivals.map((arrival) => this.conversationOf(arrival)));
  }

  async conversationOf(arrival: ArrivedMessage): Promise<ConversationView> {
    const id = await eventually(async () => {
      const [row] = await this.context.db.query<{ id: string }>(
        'select conversation_id as id from messages where dedupe_key = $1',
        [arrival.dedupeKey],
      );
      return row?.id;
    });
    return this.get<ConversationView>(`conversations/${id}`);
  }

  async messages(conversationId: string): Promise<MessageView[]> {
    return (await this.get<Page<MessageView>>(`conversations/${conversationId}/messages?limit=200`)).items;
  }

  /** The events inbox appended about a key, in order. */
  async events(key: string): Promise<{ type: string; seq: number | null; payload: Record<string, unknown> }[]> {
    const rows = await this.context.db.query<{ envelope: string }>(
      `select envelope from log.events where topic = 'inbox.conversation.v1' and key = $1 order by position`,
      [key],
    );
    return rows.map((row) => JSON.parse(row.envelope) as never);
  }

  async append(events: Parameters<AppContext['log']['append']>[1]): Promise<void> {
    await this.context.db.transaction(async (tx) => this.context.log.append(tx, events));
  }

  /** Waits until inbox has handled everything. */
  async settled(): Promise<void> {
    await eventually(async () => (await this.context.log.lag()).every((lag) => lag.events === 0));
  }

  async person(name: string): Promise<string> {
    const id = idFrom('person', name);
    await this.append([
      {
        type: 'person.changed',
        key: id,
        occurredAt: this.clock.now(),
        payload: {
          id,
          name,
          email: `${name}@shop.test`,
          role: 'agent',
          teamIds: [],
          language: 'en',
          timeZone: 'UTC',
          active: true,
        },
      },
    ]);
    await this.settled();
    return id;
  }
}
