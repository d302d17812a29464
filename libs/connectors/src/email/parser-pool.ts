import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ArrivedFile, ArrivedItem, ChannelAccount, MailEnvelope } from '../connector.js';
import { isRemoteFile } from '../connector.js';
import { unreadableItem } from './fallback.js';
import { parseMail } from './parse.js';

export interface MailParserPoolOptions {
  /** Processes; mails beyond wait their turn. */
  size?: number;
  timeoutMs?: number;
  /** Heap of one process; files of a mail lie outside of it. */
  memoryMb?: number;
  /** An idle process ends after this long and gives its memory back. */
  idleMs?: number;
  /** The process's file; null parses in place (as from sources, where there is no built file). */
  processUrl?: URL | null;
}

interface Job {
  raw: Buffer;
  envelope: MailEnvelope;
  channel: ChannelAccount;
  done: (item: ArrivedItem) => void;
  fail: (error: Error) => void;
  /** Killed under a mail's hands once already: not the mail's doing until it happens again. */
  killed: boolean;
}

interface Parser {
  child: ChildProcess;
  ready: boolean;
  job: Job | null;
  timer: NodeJS.Timeout | null;
}

/**
 * Parses mail in processes of limited time and memory, so that no mail can stop the product or another mail
 * (security.md A7). Processes, not threads: a thread that runs out of memory at once takes the whole process down.
 * A mail that exceeds the limits becomes its header with the original attached.
 */
export class MailParserPool {
  private readonly size: number;
  private readonly timeoutMs: number;
  private readonly memoryMb: number;
  private readonly idleMs: number;
  private readonly processUrl: URL | null;
  private readonly queue: Job[] = [];
  private readonly parsers = new Set<Parser>();
  private stopped = true;

  constructor(options: MailParserPoolOptions = {}) {
    this.size = options.size ?? 1;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.memoryMb = options.memoryMb ?? 128;
    this.idleMs = options.idleMs ?? 120_000;
    const built = import.meta.url.endsWith('.ts') ? null : new URL('./parser-process.js', import.meta.url);
    this.processUrl = options.processUrl === undefined ? built : options.processUrl;
  }

  /** Processes start with the first mail. */
  start(): void {
    this.stopped = false;
  }

  /** Mails under way and in the queue reject: nothing is wrong with them, they are read after the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const job of this.queue.splice(0)) job.fail(stopping());
    for (const parser of [...this.parsers]) {
      parser.job?.fail(stopping());
      parser.job = null;
      this.close(parser);
    }
  }

  /** Exactly one item, whatever the bytes. Rejects only when the pool does not run or stops meanwhile. */
  parse(raw: Buffer, envelope: MailEnvelope, channel: ChannelAccount): Promise<ArrivedItem> {
    if (this.stopped) return Promise.reject(new Error('The mail parser is not running: call start() first.'));
    if (this.processUrl === null) return parseMail(raw, envelope, channel);
    return new Promise((done, fail) => {
      this.queue.push({ raw, envelope, channel, done, fail, killed: false });
      this.next();
    });
  }

  private next(): void {
    if (this.queue.length === 0 || this.stopped) return;
    const free = [...this.parsers].find((parser) => parser.job === null);
    const parser = free ?? (this.parsers.size < this.size ? this.open() : null);
    // One that still starts takes its mail when it is ready, so that a slow start is not taken for a slow mail.
    if (!parser?.ready) return;
    const job = this.queue.shift()!;
    parser.job = job;
    // Big mails take honest time, most of all on a busy machine: half a second more for each megabyte.
    const limitMs = this.timeoutMs + Math.floor(job.raw.length / 1_000_000) * 500;
    this.setTimer(parser, limitMs, () => this.giveUp(parser, `it took longer than ${limitMs / 1000} s`));
    parser.child.send({ raw: job.raw, envelope: job.envelope, channel: { ...job.channel, secrets: [] } });
    this.next();
  }

  private open(): Parser {
    const child = fork(fileURLToPath(this.processUrl!), [], {
      // Nothing of ours goes along: no secrets in the environment, none in the message.
      env: {},
      execArgv: [`--max-old-space-size=${this.memoryMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const parser: Parser = { child, ready: false, job: null, timer: null };
    this.parsers.add(parser);
    child.on('message', (message: ArrivedItem | 'ready') => {
      if (message === 'ready') parser.ready = true;
      else this.finish(parser, message);
      this.next();
    });
    child.on('error', () => this.giveUp(parser, 'the parser could not be started'));
    // One that we closed ourselves is no longer ours to mourn.
    child.on('exit', (code, signal) => this.parsers.has(parser) && this.ended(parser, code, signal));
    return parser;
  }

  private finish(parser: Parser, item: ArrivedItem): void {
    const job = parser.job;
    parser.job = null;
    this.setTimer(parser, this.idleMs, () => this.close(parser));
    parser.timer?.unref();
    job?.done({ ...item, attachments: item.attachments.map(withBuffer) });
  }

  /** It ended by itself: out of memory, or somebody killed it. */
  private ended(parser: Parser, code: number | null, signal: NodeJS.Signals | null): void {
    const job = parser.job;
    if (job && signal === 'SIGKILL' && !job.killed) {
      parser.job = null;
      this.queue.unshift({ ...job, killed: true });
    }
    // A parser that cannot even start would be started for ever: its mails are given up instead.
    if (!parser.ready && signal !== 'SIGKILL') this.refuseQueue();
    this.giveUp(parser, `the parser ended, ${signal ?? `code ${code}`}; most likely it ran out of memory`);
  }

  private refuseQueue(): void {
    for (const job of this.queue.splice(0)) {
      job.done(unreadableItem(job.raw, job.envelope, job.channel, 'the mail parser does not start'));
    }
  }

  private giveUp(parser: Parser, why: string): void {
    const job = parser.job;
    parser.job = null;
    this.close(parser);
    if (job) job.done(unreadableItem(job.raw, job.envelope, job.channel, why));
    this.next();
  }

  private close(parser: Parser): void {
    if (parser.timer) clearTimeout(parser.timer);
    parser.timer = null;
    if (this.parsers.delete(parser)) parser.child.kill('SIGKILL');
  }

  private setTimer(parser: Parser, milliseconds: number, run: () => void): void {
    if (parser.timer) clearTimeout(parser.timer);
    parser.timer = setTimeout(run, milliseconds);
  }
}

const stopping = () => new Error('The mail parser is stopping; this mail is read after the next start.');

/** Buffers may cross processes as plain byte arrays. */
function withBuffer(file: ArrivedFile): ArrivedFile {
  if (isRemoteFile(file)) return file;
  const { buffer, byteOffset, byteLength } = file.content;
  return { ...file, content: Buffer.from(buffer, byteOffset, byteLength) };
}
