import type { EventPayloads, EventType } from '#contracts';
import type { NewEvent } from '#event-log';
import { FakeClock } from '#kernel';
import { ApiDescription, type AppContext, internalModule } from '#platform';
import { type RunningApp, runApp, testInstallation } from '#testing';
import type { EdgeOptions } from '../edge/edge-options.js';
import { gatewayModule } from '../gateway.module.js';
import { gatewayMigrations } from '../migrations/index.js';
import { SessionIdentityResolver } from '../people/session-identity.resolver.js';

export const OWNER = { email: 'owner@shop.test', password: 'correct-horse-battery-7' };

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A gateway of one's own with its real sign-in, spoken to over HTTP. */
export class GatewayHarness {
  private constructor(
    readonly context: AppContext,
    readonly running: RunningApp,
    readonly clock: FakeClock,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(env: Record<string, string> = {}, edge: EdgeOptions = {}): Promise<GatewayHarness> {
    const clock = new FakeClock();
    const admin = { KAIROS_ADMIN_EMAIL: OWNER.email, KAIROS_ADMIN_PASSWORD: OWNER.password };
    const installation = await testInstallation(clock, { ...admin, ...env });
    const context = await installation.open('gateway', gatewayMigrations);
    const running = await runApp({
      parts: installation.parts,
      modules: [internalModule([context]), gatewayModule(context, edge)],
      contexts: [context],
      identity: { inject: [SessionIdentityResolver], useFactory: (resolver: SessionIdentityResolver) => resolver },
    });
    running.app.get(ApiDescription, { strict: false }).describe(running.app);
    return new GatewayHarness(context, running, clock, async () => {
      await running.close();
      await installation.close();
    });
  }

  get url(): string {
    return this.running.url;
  }

  close(): Promise<void> {
    return this.end();
  }

  /** @param who a bearer token, a Cookie header, or nobody */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options: { token?: string; cookie?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.token) headers['authorization'] = `Bearer ${options.token}`;
    if (options.cookie) {
      headers['cookie'] = options.cookie;
      headers['origin'] ??= this.url;
    }
    if (options.body !== undefined) headers['content-type'] ??= 'application/json';
    const body = typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    const response = await fetch(this.url + path, {
      method,
      headers,
      redirect: 'manual',
      ...(options.body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text;
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }

  /** Signs in; answers the cookie to send. */
  async signIn(who: { email: string; password: string } = OWNER): Promise<string> {
    const answer = await this.call('POST', '/api/v1/session', { body: who });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  }

  /** A token of somebody who is made when needed. */
  async token(who: { email: string; password: string } = OWNER, body: Record<string, unknown> = {}): Promise<string> {
    const cookie = await this.signIn(who);
    const answer = await this.call<{ token: string }>('POST', '/api/v1/tokens', {
      cookie,
      body: { name: 't', ...body },
    });
    return answer.body.token;
  }

  /** A person with a token. */
  async person(
    role: string,
    facts: Record<string, unknown> = {},
  ): Promise<{ id: string; email: string; token: string }> {
    const email = `${role}-${Math.random().toString(36).slice(2, 8)}@shop.test`;
    const password = 'a-long-enough-password';
    const token = await this.token();
    const body = { email, name: `${role} of the shop`, role, password, ...facts };
    const made = await this.call<{ id: string }>('POST', '/api/v1/people', { token, body });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    return { id: made.body.id, email, token: await this.token({ email, password }) };
  }

  async tell<T extends EventType>(...events: NewEvent<T>[]): Promise<void> {
    await this.context.db.transaction(async (tx) => this.context.log.append(tx, events as NewEvent[]));
  }

  /** The payloads of a type that this gateway appended, oldest first. */
  async told<T extends EventType>(type: T): Promise<EventPayloads[T][]> {
    const rows = await this.context.db.query<{ envelope: string }>(
      'select envelope from log.events where type = $1 order by position',
      [type],
    );
    return rows.map((row) => (JSON.parse(row.envelope) as { payload: EventPayloads[T] }).payload);
  }
}
