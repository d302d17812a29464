import type { EachBatchPayload } from 'kafkajs';
import { type Database, isTransient, type Tx } from '#database';
import type { Clock } from '#kernel';
import { BatchWork, type LogRow, RunAgain } from '../batch-work.js';
import { Bisection } from '../bisection.js';
import { parseEnvelope } from '../envelope.js';
import type { Handle, Subscription, SubscriptionOptions } from '../event-log.js';
import { type ConsumedOffsets, type Pending, pendingOf } from '../pending.js';
import { Assignment } from './assignment.js';
import { type Examined, examine, lockHolding } from './kafka-log.store.js';
import { KafkaMember, type MemberOptions } from './kafka-member.js';
import type { KafkaTopics } from './kafka-topics.js';
import { LostPartitions } from './lost-partitions.js';

export interface KafkaParts {
  db: Database;
  clock: Clock;
  topics: KafkaTopics;
  writeAtCommit: (tx: Tx, pending: Pending) => void;
  onError: (error: unknown, where: string) => void;
  kafka: MemberOptions['kafka'];
  sessionTimeoutMs: number;
  idleLimitMs: number;
  cluster: () => string;
}

interface KafkaRow extends LogRow {
  offset: bigint;
  /** Null when it cannot be read. */
  id: string | null;
  key: string | null;
}

/** What one fetch brought of one partition, and how far it has been handled. */
interface Share {
  partition: number;
  rows: KafkaRow[];
  /** Where the group stands: what its next commit expects to find. */
  from: bigint;
  assignment: Assignment;
  payload: EachBatchPayload;
  done: () => void;
}

interface Slice {
  share: Share;
  rows: KafkaRow[];
  to: bigint;
}

/** One group on one topic: whatever a fetch brought, of all partitions, in as few transactions as its limit allows. */
export class KafkaSubscription implements Subscription {
  private readonly bisection: Bisection;
  private readonly work: BatchWork;
  private readonly member: KafkaMember;
  private assignment: Assignment | null = null;
  private shares: Share[] = [];
  private pumping = false;
  private pumped: Promise<void> = Promise.resolve();
  private troubleSince: number | null = null;
  private pauseMs = 50;
  private hintedAt = 0;

  constructor(
    private readonly options: SubscriptionOptions,
    handle: Handle,
    private readonly parts: KafkaParts,
  ) {
    this.bisection = new Bisection(options.batchSize ?? 500);
    this.work = new BatchWork(options, handle, parts.clock);
    this.member = new KafkaMember({
      kafka: parts.kafka,
      groupId: parts.topics.nameOf(`${options.group}.${options.topic}`),
      topic: parts.topics.nameOf(options.topic),
      sessionTimeoutMs: parts.sessionTimeoutMs,
      onAssigned: (partitions) => this.assign(partitions),
      onBatch: (payload) => this.receive(payload),
      onError: parts.onError,
    });
  }

  start(): void {
    this.member.start();
  }

  healthy(): boolean {
    const stuck = this.troubleSince !== null && performance.now() - this.troubleSince > 5_000;
    return this.member.isRunning && !stuck && this.member.silentMs < 1.5 * this.parts.sessionTimeoutMs;
  }

  async stop(): Promise<void> {
    this.member.retire();
    await this.pumped; // the batch in hand
    if (this.assignment) this.member.hint(this.assignment.offsets);
    await this.member.stop();
  }

  /** The group has given out its partitions anew: where it stands on ours is read from the database, then fetched from there. */
  private assign(partitions: number[]): void {
    const group = { consumer: this.options.group, cluster: this.parts.cluster(), topic: this.options.topic };
    this.assignment = new Assignment(group, partitions, {
      db: this.parts.db,
      topics: this.parts.topics,
      seek: (partition, offset) => this.member.seek(partition, offset),
      onError: this.parts.onError,
      isCurrent: (assignment) => this.assignment === assignment && this.member.isRunning,
    });
  }

  /** kafkajs hands over a partition's part of a fetch; it counts as handled as far as its offsets were resolved. */
  private async receive(payload: EachBatchPayload): Promise<void> {
    const { assignment } = this;
    if (!assignment) return;
    const beat = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => (assignment.lost ??= error));
    }, this.parts.sessionTimeoutMs / 5);
    try {
      await assignment.loaded;
      const { partition } = payload.batch;
      const from = assignment.offsets.get(partition);
      if (from === undefined || payload.isStale()) return;
      const fetchedFrom = BigInt((payload.batch as unknown as { fetchedOffset: string }).fetchedOffset);
      if (fetchedFrom > from) return await assignment.reload([partition]); // never past what is not handled
      const rows = payload.batch.messages.filter((message) => BigInt(message.offset) >= from);
      if (rows.length === 0) return this.member.seek(partition, from);
      await new Promise<void>((done) => {
        this.shares.push({
          partition,
          rows: rows.map((message) => rowOf(partition, message)),
          from,
          assignment,
          payload,
          done,
        });
        this.startPump();
      });
    } finally {
      clearInterval(beat);
    }
    if (assignment.lost) throw assignment.lost; // kafkajs joins again
  }

  private startPump(): void {
    if (this.pumping) return;
    this.pumping = true;
    const handedOver = new Promise<void>((done) => setImmediate(done)); // the other partitions of this fetch as well
    this.pumped = handedOver.then(() => this.pump());
  }

  private async pump(): Promise<void> {
    while (this.shares.length > 0) {
      this.dropLost();
      if (this.shares.length > 0) await this.turn();
    }
    this.pumping = false;
  }

  /** What belongs to somebody else by now is not begun any more. */
  private dropLost(): void {
    for (const share of this.shares) {
      const { assignment, payload } = share;
      const ours = assignment === this.assignment && !assignment.lost && this.member.isRunning;
      if (!ours || !payload.isRunning() || payload.isStale()) this.abandon(share);
    }
  }

  private abandon(share: Share): void {
    this.shares = this.shares.filter((other) => other !== share);
    share.done();
  }

  /** One transaction with the first events of what was handed over. */
  private async turn(): Promise<void> {
    const slices = this.nextSlices();
    try {
      await this.parts.db.transaction((tx) => this.take(tx, slices));
      this.bisection.succeeded();
      this.passed(slices);
    } catch (error) {
      await this.failed(slices, error);
    }
  }

  private nextSlices(): Slice[] {
    const slices: Slice[] = [];
    let room = this.bisection.limit;
    for (const share of this.shares) {
      if (room === 0) break;
      const rows = share.rows.slice(0, room);
      slices.push({ share, rows, to: rows.at(-1)!.offset + 1n });
      room -= rows.length;
    }
    return slices;
  }

  private async take(tx: Tx, slices: Slice[]): Promise<void> {
    const fresh = await this.freshRows(tx, slices);
    await this.work.handleRows(tx, fresh);
  }

  /** Reads what is known about the events, arranges that offsets move at commit, and answers what is left to handle. */
  private async freshRows(tx: Tx, slices: Slice[]): Promise<KafkaRow[]> {
    const { group: consumer, topic } = this.options;
    const rows = slices.flatMap((slice) => slice.rows);
    const ids = rows.flatMap((row) => row.id ?? []);
    const keys = [...new Set(rows.flatMap((row) => row.key ?? []))];
    const group = { consumer, cluster: this.parts.cluster(), topic };
    const known = await examine(
      tx,
      group,
      slices.map((slice) => slice.share.partition),
      { ids, keys, idleLimitMs: this.parts.idleLimitMs },
    );
    const lost = slices.filter(({ share }) => known.next.get(share.partition) !== share.from);
    if (lost.length > 0) throw new LostPartitions(lost.map(({ share }) => share.partition));
    const moves = slices.map(({ share, to }) => ({ partition: share.partition, from: share.from, to }));
    const fresh = withoutHandled(rows, known);
    const moved: ConsumedOffsets = { consumer, topic, moves, eventIds: fresh.flatMap((row) => row.id ?? []) };
    pendingOf(tx, this.parts.writeAtCommit).moved = moved;
    if (fresh.some((row) => row.held)) await lockHolding(tx, consumer, topic);
    return fresh;
  }

  private passed(slices: Slice[]): void {
    this.troubleSince = null;
    this.pauseMs = 50;
    for (const { share, rows, to } of slices) {
      share.from = to;
      share.rows = share.rows.slice(rows.length);
      share.assignment.offsets.set(share.partition, to);
      share.payload.resolveOffset(String(to - 1n));
      if (share.rows.length === 0) this.abandon(share);
    }
    const now = performance.now();
    if (now - this.hintedAt > 5_000 && this.assignment) {
      this.hintedAt = now;
      this.member.hint(this.assignment.offsets);
    }
  }

  private async failed(slices: Slice[], error: unknown): Promise<void> {
    if (error instanceof LostPartitions) return this.giveBack(slices, error.partitions);
    const events = slices.reduce((sum, slice) => sum + slice.rows.length, 0);
    const verdict = this.bisection.failed(error, events);
    if (verdict === 'smaller') return;
    if (verdict === 'again') {
      if (!isTransient(error)) return;
      if (!(error instanceof RunAgain)) await this.trouble(error);
      return;
    }
    this.parts.onError(error, `${this.options.group} parked an event of ${this.options.topic}`);
    try {
      await this.parts.db.transaction((tx) => this.parkAlone(tx, slices, error));
      this.passed(slices);
    } catch (failure) {
      if (failure instanceof LostPartitions) return this.giveBack(slices, failure.partitions);
      await this.trouble(failure);
    }
  }

  private async parkAlone(tx: Tx, slices: Slice[], error: unknown): Promise<void> {
    for (const row of await this.freshRows(tx, slices)) await this.work.parkRow(tx, row, error);
  }

  /** The database is away: the same events again after a pause; heartbeats go on meanwhile. */
  private async trouble(error: unknown): Promise<void> {
    this.troubleSince ??= performance.now();
    this.parts.onError(error, `${this.options.group} on ${this.options.topic}`);
    await new Promise((done) => setTimeout(done, this.pauseMs));
    this.pauseMs = Math.min(this.pauseMs * 2, 2_000);
  }

  /** Another member has moved these partitions: nothing was done here, and reading goes on where the group stands. */
  private async giveBack(slices: Slice[], partitions: number[]): Promise<void> {
    for (const { share } of slices.filter((slice) => partitions.includes(slice.share.partition))) {
      await share.assignment.reload([share.partition]); // before kafkajs fetches again
      this.abandon(share);
    }
  }
}

function withoutHandled(rows: KafkaRow[], known: Examined): KafkaRow[] {
  const seen = new Set(known.handled);
  const left = rows.filter((row) => row.id === null || (!seen.has(row.id) && seen.add(row.id)));
  for (const row of left) row.held = row.key !== null && known.parkedKeys.has(row.key);
  return left;
}

function rowOf(partition: number, message: { offset: string; value: Buffer | null }): KafkaRow {
  const envelope = (message.value?.toString('utf8') ?? '').replaceAll('\u0000', '');
  const row = { position: `${partition}/${message.offset}`, envelope, held: false, offset: BigInt(message.offset) };
  try {
    const event = parseEnvelope(envelope);
    return { id: event.id, key: event.key, decoded: { read: () => event }, ...row };
  } catch {
    return { id: null, key: null, ...row };
  }
}
