import { Worker } from 'node:worker_threads';
import type { ArrivedFile, ArrivedItem, ChannelAccount, MailEnvelope } from '../connector.js';
import { isRemoteFile } from '../connector.js';
import { unreadableItem } from './fallback.js';
import { parseMail } from './parse.js';

export interface MailParserPoolOptions {
  /** Threads; mails beyond wait their turn. */
  size?: number;
  timeoutMs?: number;
  memoryMb?: number;
  /** An idle thread ends after this long and gives its memory back. */
  idleMs?: number;
  /** The thread's file; null parses in this thread (as from sources, where there is no built file). */
  workerUrl?: URL | null;
}

interface Job {
  raw: Buffer;
  envelope: MailEnvelope;
  channel: ChannelAccount;
  done: (item: ArrivedItem) => void;
}

interface Thread {
  worker: Worker;
  job: Job | null;
  timer: NodeJS.Timeout | null;
}

/**
 * Parses mail in threads of limited time and memory, so that no mail can stop the process or another mail
 * (security.md A7). A mail that exceeds them becomes its header with the original attached.
 */
export class MailParserPool {
  private readonly size: number;
  private readonly timeoutMs: number;
  private readonly memoryMb: number;
  private readonly idleMs: number;
  private readonly workerUrl: URL | null;
  private readonly queue: Job[] = [];
  private readonly threads = new Set<Thread>();
  private stopped = true;

  constructor(options: MailParserPoolOptions = {}) {
    this.size = options.size ?? 1;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.memoryMb = options.memoryMb ?? 128;
    this.idleMs = options.idleMs ?? 30_000;
    const fromSources = import.meta.url.endsWith('.ts');
    this.workerUrl =
      options.workerUrl !== undefined
        ? options.workerUrl
        : fromSources
          ? null
          : new URL('./parser-worker.js', import.meta.url);
  }

  /** Threads start with the first mail. */
  start(): void {
    this.stopped = false;
  }

  /** Mails under way and in the queue come out unparsed, with their original attached. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const job of this.queue.splice(0)) this.giveUp(job, 'the server is stopping');
    await Promise.all([...this.threads].map((thread) => this.end(thread, 'the server is stopping')));
  }

  /** Exactly one item, whatever the bytes. Never rejects while the pool runs. */
  parse(raw: Buffer, envelope: MailEnvelope, channel: ChannelAccount): Promise<ArrivedItem> {
    if (this.stopped) return Promise.reject(new Error('The mail parser is not running: call start() first.'));
    if (this.workerUrl === null) return parseMail(raw, envelope, channel);
    return new Promise((done) => {
      this.queue.push({ raw, envelope, channel, done });
      this.next();
    });
  }

  private next(): void {
    if (this.queue.length === 0 || this.stopped) return;
    let thread = [...this.threads].find((candidate) => candidate.job === null);
    if (!thread && this.threads.size < this.size) thread = this.open();
    if (!thread) return;
    const job = this.queue.shift()!;
    thread.job = job;
    this.setTimer(
      thread,
      this.timeoutMs,
      () => void this.end(thread, `it took longer than ${this.timeoutMs / 1000} s`),
    );
    // Secrets stay in this thread; the bytes are copied, since the fallback may still need them.
    thread.worker.postMessage({ raw: job.raw, envelope: job.envelope, channel: { ...job.channel, secrets: [] } });
  }

  private open(): Thread {
    const worker = new Worker(this.workerUrl!, { resourceLimits: { maxOldGenerationSizeMb: this.memoryMb } });
    const thread: Thread = { worker, job: null, timer: null };
    this.threads.add(thread);
    worker.on('message', (item: ArrivedItem) => this.finish(thread, item));
    worker.on('error', (error) => void this.end(thread, error.message));
    worker.on('exit', () => void this.end(thread, 'the parser ended'));
    return thread;
  }

  private finish(thread: Thread, item: ArrivedItem): void {
    const job = thread.job;
    thread.job = null;
    this.setTimer(thread, this.idleMs, () => void this.end(thread, 'idle'));
    thread.timer?.unref();
    job?.done({ ...item, attachments: item.attachments.map(withBuffer) });
    this.next();
  }

  private async end(thread: Thread, why: string): Promise<void> {
    if (!this.threads.delete(thread)) return;
    if (thread.timer) clearTimeout(thread.timer);
    if (thread.job) this.giveUp(thread.job, why);
    thread.job = null;
    await thread.worker.terminate();
    this.next();
  }

  private giveUp(job: Job, why: string): void {
    job.done(unreadableItem(job.raw, job.envelope, job.channel, why));
  }

  private setTimer(thread: Thread, milliseconds: number, run: () => void): void {
    if (thread.timer) clearTimeout(thread.timer);
    thread.timer = setTimeout(run, milliseconds);
  }
}

/** Buffers cross threads as plain byte arrays. */
function withBuffer(file: ArrivedFile): ArrivedFile {
  if (isRemoteFile(file)) return file;
  const { buffer, byteOffset, byteLength } = file.content;
  return { ...file, content: Buffer.from(buffer, byteOffset, byteLength) };
}
