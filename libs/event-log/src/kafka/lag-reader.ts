import type { Topic } from '#contracts';
import type { Database } from '#database';
import type { Lag } from '../event-log.js';
import { offsetsByTopic } from './kafka-log.store.js';
import type { KafkaTopics, Watermarks } from './kafka-topics.js';
import { waitingRows } from './outbox.store.js';

interface LagParts {
  db: Database;
  app: string;
  topics: KafkaTopics;
  /** Null until the cluster has answered. */
  cluster: () => string | null;
}

/**
 * What the app's group has not handled: published (the topics' ends against the group's offsets) and unpublished (the
 * outbox). Figures are at most a second old; while brokers are away the last known ends stand, and the outbox grows.
 */
export class LagReader {
  private readonly ends = new Map<string, Watermarks[]>();
  private cached: { at: number; topics: string; answer: Promise<Lag[]> } | null = null;

  constructor(private readonly parts: LagParts) {}

  read(topics: Topic[]): Promise<Lag[]> {
    const names = topics.join();
    const now = performance.now();
    if (this.cached && this.cached.topics === names && now - this.cached.at < 1_000) return this.cached.answer;
    const answer = this.count(topics);
    this.cached = { at: now, topics: names, answer };
    answer.catch(() => (this.cached = null));
    return answer;
  }

  private async count(topics: Topic[]): Promise<Lag[]> {
    const { db, app } = this.parts;
    const cluster = this.parts.cluster();
    const [waiting, offsets] = await Promise.all([
      waitingRows(db, app),
      cluster === null ? [] : offsetsByTopic(db, app, cluster),
      cluster === null ? null : Promise.all(topics.map((topic) => this.lookUp(topic))),
    ]);
    const published = (topic: string) =>
      (this.ends.get(topic) ?? []).reduce((sum, { partition, low, high }) => {
        const stored = offsets.find((row) => row.topic === topic && row.partition === partition);
        const next = stored ? BigInt(stored.next) : low;
        return sum + Math.max(0, Number(high - next));
      }, 0);
    const handled = new Set<string>(topics);
    const own = waiting.filter((row) => row.own && !handled.has(row.topic)).map((row) => row.topic as Topic);
    return [...topics, ...own].map((topic) => {
      const unpublished = waiting.find((row) => row.topic === topic)?.events ?? 0;
      const events = unpublished + (handled.has(topic) ? published(topic) : 0);
      return { group: app, topic, events, unpublished };
    });
  }

  /** Nobody who asks for figures waits for brokers that are away: the last known ends stand. */
  private async lookUp(topic: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((done) => (timer = setTimeout(done, 1_000)));
    const answer = this.parts.topics.watermarks(topic).then(
      (marks) => void this.ends.set(topic, marks),
      () => undefined,
    );
    await Promise.race([answer, enough]);
    clearTimeout(timer);
  }
}
