import net from 'node:net';
import type { ChannelKind, ChannelView, Envelope } from '#contracts';
import { type Clock, FakeClock } from '#kernel';
import type { AppContext } from '#platform';
import { runApp, testInstallation } from '#testing';
import { gatewayMigrations, gatewayModule, SessionIdentityResolver } from '../../index.js';

const ADMIN = { email: 'owner@shop.test', password: 'correct-horse-battery-7' };

export interface RunningGateway {
  url: string;
  smtpPort: number;
  context: AppContext;
  /** API token of the administrator. */
  token: string;
  api(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: never }>;
  channel(kind: ChannelKind, config: object, secrets?: object, teamIds?: string[]): Promise<ChannelView>;
  /** Everything that was handed on to the other apps, oldest first. */
  events(topic?: string): Promise<Envelope[]>;
  /** Stops the process's part and starts another one over the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

type Headers = Record<string, string>;
type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Headers,
) => Promise<{ status: number; headers: Response['headers']; body: never }>;

async function callApp(url: string, ...[method, path, body, headers = {}]: Parameters<Call>): ReturnType<Call> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as never };
}

/** A whole gateway on free ports, with its own database and its first administrator. */
export async function runGateway(
  env: Record<string, string> = {},
  clock: Clock = new FakeClock(),
): Promise<RunningGateway> {
  const smtpPort = await freePort();
  const installation = await testInstallation(clock, {
    KAIROS_ADMIN_EMAIL: ADMIN.email,
    KAIROS_ADMIN_PASSWORD: ADMIN.password,
    SMTP_PORT: String(smtpPort),
    ...env,
  });
  const context = await installation.open('gateway', gatewayMigrations);
  const start = () =>
    runApp({
      parts: installation.parts,
      modules: [gatewayModule(context)],
      contexts: [context],
      identity: { inject: [SessionIdentityResolver], useFactory: (resolver: SessionIdentityResolver) => resolver },
    });
  let app = await start();
  const call: Call = (...request) => callApp(app.url, ...request);
  const signedIn = await call('POST', '/api/v1/session', ADMIN);
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const made = await call('POST', '/api/v1/tokens', { name: 'tests' }, { cookie, origin: app.url });
  const token = (made.body as { token: string }).token;
  const running: RunningGateway = {
    url: app.url,
    smtpPort,
    context,
    token,
    api: (method, path, body, as = token) => call(method, path, body, { authorization: `Bearer ${as}` }),
    async channel(kind, config, secrets = {}, teamIds = []) {
      const body = { kind, name: `our ${kind}`, config, secrets, teamIds };
      const answer = await running.api('POST', '/api/v1/channels', body);
      if (answer.status > 299) throw new Error(JSON.stringify(answer.body));
      return answer.body as ChannelView;
    },
    async events(topic = 'channel.inbound.v1') {
      const rows = await context.db.query<{ envelope: string }>(
        'select envelope from log.events where topic = $1 order by position',
        [topic],
      );
      return rows.map((row) => JSON.parse(row.envelope) as Envelope);
    },
    async restart() {
      await app.close();
      app = await start();
      running.url = app.url;
    },
    async close() {
      await app.close();
      await installation.close();
    },
  };
  return running;
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
