import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '#embedded-postgres';
import { eventually } from '#testing';

export type Shape = 'standalone' | 'distributed';

export const OWNER = { email: 'owner@shop.test', password: 'correct-horse-battery-7' };

/** The shapes that can run on this machine; a missing one is said loudly by `npm test`, and is a failure with CI=true. */
export function shapes(): Shape[] {
  return process.env['KAIROS_WITHOUT_KAFKA'] ? ['standalone'] : ['standalone', 'distributed'];
}

/** The repository's root, from the sources and from dist/ alike. */
export function repository(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
  }
}

/** A running installation with its own data, ports and administrator, spoken to from outside only. */
export class Product {
  token = '';
  private child: ChildProcess | null = null;
  private readonly home = mkdtempSync(path.join(os.tmpdir(), 'kairos-story-'));
  private readonly logFile = path.join(this.home, 'product.log');

  private constructor(
    readonly shape: Shape,
    readonly port: number,
    readonly smtpPort: number,
    private readonly env: Record<string, string>,
  ) {
    chmodSync(this.home, 0o755); // the embedded Postgres of root runs as another user
  }

  static async start(shape: Shape, env: Record<string, string> = {}): Promise<Product> {
    const product = new Product(shape, await freePort(), await freePort(), env);
    await product.boot();
    await product.signIn();
    return product;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The database it was told to use; benchmarks fill it beside the product. */
  get databaseUrl(): string {
    return this.env['DATABASE_URL']!;
  }

  get dataDir(): string {
    return path.join(this.home, 'data');
  }

  async boot(): Promise<void> {
    const out = openSync(this.logFile, 'a');
    this.child = spawn(process.execPath, ['scripts/start.mjs', this.shape], {
      cwd: repository(),
      detached: true,
      stdio: ['ignore', out, out],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: String(this.port),
        SMTP_PORT: String(this.smtpPort),
        DATA_DIR: this.dataDir,
        KAIROS_ADMIN_EMAIL: OWNER.email,
        KAIROS_ADMIN_PASSWORD: OWNER.password,
        LOG_LEVEL: 'warn',
        ...(process.env['NODE_ENV'] ? { NODE_ENV: process.env['NODE_ENV'] } : {}), // in tests events are held to their rules
        ...this.env,
      },
    });
    await eventually(async () => {
      if (this.child!.exitCode !== null) throw new Error(`it ended with ${this.child!.exitCode}:\n${this.log()}`);
      return (await fetch(`${this.url}/readyz`)).status === 200;
    }, 120_000);
  }

  /** One signal to the supervisor; resolves when it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  pid(name: string): number {
    return Number(readFileSync(path.join(this.dataDir, 'run', `${name}.pid`), 'utf8'));
  }

  /** SIGKILL to one process by the name of its pid file; the supervisor starts it again. */
  kill(name: string): void {
    process.kill(this.pid(name), 'SIGKILL');
  }

  /** SIGKILL to everything at once, the supervisor and Postgres included, as when the power fails. */
  async killAll(): Promise<void> {
    const names = ['gateway', 'inbox', 'sla', 'notifier', 'kafka', 'postgres'];
    const pids = [this.child!.pid!, ...names.flatMap((name) => this.tryPid(name))];
    const ended = new Promise((done) => this.child!.once('exit', done));
    for (const pid of new Set(pids)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it was faster
      }
    }
    await ended;
  }

  private tryPid(name: string): number[] {
    try {
      return [this.pid(name)];
    } catch {
      return [];
    }
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8').slice(-4_000);
  }

  private async signIn(): Promise<void> {
    const headers = { 'content-type': 'application/json', origin: this.url };
    const session = await fetch(`${this.url}/api/v1/session`, { method: 'POST', headers, body: JSON.stringify(OWNER) });
    if (!session.ok) throw new Error(`signing in answered ${session.status}: ${await session.text()}`);
    const cookie = session.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const made = await fetch(`${this.url}/api/v1/tokens`, {
      method: 'POST',
      headers: { ...headers, cookie },
      body: '{"name":"stories"}',
    });
    this.token = ((await made.json()) as { token: string }).token;
  }

  /** Any API call; throws with the problem's words unless 2xx. */
  async api<T>(method: string, where: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${where}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : null) as T;
  }

  get<T>(where: string): Promise<T> {
    return this.api<T>('GET', where);
  }

  post<T>(where: string, body: unknown): Promise<T> {
    return this.api<T>('POST', where, body);
  }
}
