import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a provider misbehaves for one call. Nothing set: it behaves. */
export interface Fault {
  /** Answers this instead of doing anything. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Does it, then waits so long before answering: a time-out after the effect. */
  delayMs?: number;
  /** Does it, then cuts the connection. */
  cutAfter?: boolean;
  /** Cuts the connection before anything happens. */
  cutBefore?: boolean;
}

export interface Call {
  at: number;
  method: string;
  /** Path without query. */
  path: string;
  args: Record<string, unknown>;
  headers: http.IncomingHttpHeaders;
  body: string;
  status: number;
  answer: unknown;
}

export interface Answer {
  status?: number;
  json: unknown;
}

/** The far end of an HTTP API on loopback: records every call, misbehaves on demand. */
export class HttpEnd {
  readonly calls: Call[] = [];
  /** Asked for every call that `failNext` does not cover. */
  fault: ((call: Call) => Fault | undefined) | null = null;
  private readonly queue: Fault[] = [];
  private readonly server: http.Server;

  constructor(private readonly serve: (call: Call) => Answer) {
    this.server = http.createServer((request, response) => void this.take(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next `times` calls misbehave like this. */
  failNext(fault: Fault, times = 1): void {
    for (let i = 0; i < times; i++) this.queue.push(fault);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', 'http://x');
    const call: Call = {
      at: Date.now(),
      method: request.method ?? 'GET',
      path: url.pathname,
      args: readArgs(url, request.headers['content-type'] ?? '', body),
      headers: request.headers,
      body,
      status: 0,
      answer: null,
    };
    const fault = this.queue.shift() ?? this.fault?.(call) ?? {};
    if (fault.cutBefore) {
      this.calls.push(call);
      request.socket.destroy();
      return;
    }
    const answer = fault.status === undefined ? this.serve(call) : { status: fault.status, json: fault.body ?? {} };
    Object.assign(call, { status: answer.status ?? 200, answer: answer.json });
    this.calls.push(call);
    if (fault.delayMs) await new Promise((done) => setTimeout(done, fault.delayMs).unref());
    if (fault.cutAfter) {
      request.socket.destroy();
      return;
    }
    response.writeHead(call.status, { 'content-type': 'application/json; charset=utf-8', ...fault.headers });
    response.end(JSON.stringify(call.answer));
  }
}

/** Query, form and JSON bodies as one object; JSON inside form fields (as Slack's client sends it) is read too. */
function readArgs(url: URL, contentType: string, body: string): Record<string, unknown> {
  const args: Record<string, unknown> = Object.fromEntries(url.searchParams);
  if (/json/.test(contentType)) return { ...args, ...(parsed(body) as object) };
  for (const [name, value] of new URLSearchParams(body)) args[name] = /^\s*[[{]/.test(value) ? parsed(value) : value;
  return args;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
