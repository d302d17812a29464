import type { Database } from '#database';
import { type GroupOnTopic, moveOffset, offsetsOf } from './kafka-log.store.js';
import type { KafkaTopics, Watermarks } from './kafka-topics.js';

interface AssignmentParts {
  db: Database;
  topics: KafkaTopics;
  seek: (partition: number, offset: bigint) => void;
  onError: (error: unknown, where: string) => void;
  isCurrent: (assignment: Assignment) => boolean;
}

/** The partitions a member was given, and where the group stands on each by the database's account. */
export class Assignment {
  readonly offsets = new Map<number, bigint>();
  /** Resolves when the offsets are known and fetching begins there. */
  readonly loaded: Promise<void>;
  /** Why the member has to join again. */
  lost: unknown = null;

  constructor(
    private readonly group: GroupOnTopic,
    partitions: number[],
    private readonly parts: AssignmentParts,
  ) {
    this.loaded = Promise.resolve().then(() => this.reload(partitions)); // once it has become the current one
  }

  /** Reads where the group stands and lets fetching go on from there; asks until the answer comes. */
  async reload(partitions: number[]): Promise<void> {
    for (const partition of partitions) this.offsets.delete(partition);
    for (let pause = 50; partitions.length > 0 && this.parts.isCurrent(this); pause = Math.min(pause * 2, 2_000)) {
      try {
        return await this.load(partitions);
      } catch (error) {
        this.parts.onError(error, `${this.group.consumer} reads its offsets of ${this.group.topic}`);
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }

  private async load(partitions: number[]): Promise<void> {
    const marks = (await this.parts.topics.watermarks(this.group.topic)).filter((mark) =>
      partitions.includes(mark.partition),
    );
    const known = await offsetsOf(this.parts.db, this.group, marks);
    for (const mark of marks) {
      const next = await this.within(mark, known.get(mark.partition) ?? mark.low);
      this.offsets.set(mark.partition, next);
      this.parts.seek(mark.partition, next);
    }
  }

  /**
   * An offset that the topic does not have: retention has removed it while the group was away, or the topic was made
   * anew. Reading begins at what there is; `handled` remembers longer than a topic keeps, so nothing is done twice.
   */
  private async within(mark: Watermarks, next: bigint): Promise<bigint> {
    if (next >= mark.low && next <= mark.high) return next;
    const what = next < mark.low ? `${mark.low - next} events were removed unread` : 'the topic was made anew';
    const where = `${this.group.topic}/${mark.partition}: ${this.group.consumer} stood at ${next}, the topic has ${mark.low} to ${mark.high}`;
    this.parts.onError(new Error(`${what}; reading goes on at ${mark.low}`), where);
    await moveOffset(this.parts.db, this.group, { partition: mark.partition, from: next, to: mark.low });
    return mark.low;
  }
}
