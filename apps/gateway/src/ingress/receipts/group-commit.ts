import { DomainError } from '#kernel';

export interface GroupCommitOptions<In, Out> {
  /** Writes all of them durably, or none: answers in the order given. */
  flush(batch: In[]): Promise<Out[]>;
  /** True when the same flush may succeed later by itself; otherwise each one is tried alone to find the bad one. */
  passes(error: unknown): boolean;
  sizeOf(entry: In): number;
  /** Entries and bytes of one flush. */
  maxBatch: number;
  maxBatchBytes: number;
  /** Entries and bytes that may wait; more is refused at once. */
  maxWaiting: number;
  maxWaitingBytes: number;
  /** Who waited longer is refused instead of written, in ms. */
  maxWaitMs: number;
}

interface Waiting<In, Out> {
  entry: In;
  size: number;
  since: number;
  done: (out: Out) => void;
  fail: (error: unknown) => void;
}

export const overloaded = () =>
  new DomainError(
    'overloaded',
    'unavailable',
    'More arrives than can be stored right now. Nothing of this was kept; send it again in a moment.',
    { retryAfter: 2 },
  );

/**
 * One flush at a time; whatever comes while it is on its way goes together into the next. A single caller waits for
 * nothing, a hundred share one commit. Load beyond what can be written is shed, so that memory stays flat.
 */
export class GroupCommit<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private waitingBytes = 0;
  private flushing = false;
  private sweeper: NodeJS.Timeout | null = null;

  constructor(private readonly options: GroupCommitOptions<In, Out>) {}

  submit(entry: In): Promise<Out> {
    const size = this.options.sizeOf(entry);
    const { maxWaiting, maxWaitingBytes } = this.options;
    const full =
      this.waiting.length >= maxWaiting || (this.waiting.length > 0 && this.waitingBytes + size > maxWaitingBytes);
    if (full) return Promise.reject(overloaded());
    return new Promise<Out>((done, fail) => {
      this.waiting.push({ entry, size, since: performance.now(), done, fail });
      this.waitingBytes += size;
      // what this turn of the event loop still brings goes along
      if (!this.flushing) {
        this.flushing = true;
        setImmediate(() => void this.run());
      } else this.sweeper ??= setInterval(() => this.shed(), 200);
    });
  }

  private async run(): Promise<void> {
    for (;;) {
      this.shed();
      const batch = this.take();
      if (batch.length === 0) break;
      await this.write(batch);
    }
    this.flushing = false;
    if (this.sweeper) clearInterval(this.sweeper);
    this.sweeper = null;
  }

  private take(): Waiting<In, Out>[] {
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length && count < this.options.maxBatch) {
      bytes += this.waiting[count]!.size;
      if (count > 0 && bytes > this.options.maxBatchBytes) break;
      count += 1;
    }
    const batch = this.waiting.splice(0, count);
    for (const one of batch) this.waitingBytes -= one.size;
    return batch;
  }

  private async write(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const outs = await this.options.flush(batch.map((one) => one.entry));
      batch.forEach((one, index) => one.done(outs[index]!));
    } catch (error) {
      if (batch.length === 1 || this.options.passes(error)) return batch.forEach((one) => one.fail(error));
      for (const one of batch) await this.write([one]);
    }
  }

  private shed(): void {
    const oldest = performance.now() - this.options.maxWaitMs;
    while (this.waiting.length > 0 && this.waiting[0]!.since < oldest) {
      const late = this.waiting.shift()!;
      this.waitingBytes -= late.size;
      late.fail(overloaded());
    }
  }
}
