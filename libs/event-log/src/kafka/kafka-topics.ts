import type { Admin, Kafka } from 'kafkajs';
import { TOPICS, type Topic } from '#contracts';
import { BRIEF } from './kafka-client.js';

/** Days Kafka keeps an event. Handled ids are kept longer, so that reading everything again doubles nothing. */
export const TOPIC_DAYS = 7;
export const HANDLED_DAYS = TOPIC_DAYS + 1;

export interface TopicOptions {
  /** Stands before every topic and group, for several installations on one cluster. */
  prefix: string;
  /** Over the partitions of the contract; for tests. */
  partitions?: number | undefined;
}

export interface Watermarks {
  partition: number;
  /** The first offset that is kept, and the one after the last. */
  low: bigint;
  high: bigint;
}

/** Questions to the cluster: its id, its topics, their watermarks. Connects when first asked. */
export class KafkaTopics {
  private readonly admin: Admin;
  private connected: Promise<void> | null = null;

  constructor(
    kafka: Kafka,
    private readonly options: TopicOptions,
  ) {
    this.admin = kafka.admin({ retry: BRIEF });
  }

  nameOf(topic: string): string {
    return `${this.options.prefix}${topic}`;
  }

  /** Makes the topics that are missing, with the partitions of the contract; others stay as they are. */
  async ensure(): Promise<{ clusterId: string }> {
    await this.connect();
    const { clusterId } = await this.admin.describeCluster();
    const known = new Set(await this.admin.listTopics());
    const topics = (Object.keys(TOPICS) as Topic[])
      .filter((topic) => !known.has(this.nameOf(topic)))
      .map((topic) => ({
        topic: this.nameOf(topic),
        numPartitions: Math.min(this.options.partitions ?? TOPICS[topic], TOPICS[topic]),
        replicationFactor: -1, // the cluster's default
        configEntries: [
          { name: 'max.message.bytes', value: String(40 * 1024 * 1024) }, // MAX_EVENT_LENGTH in UTF-8, with room
          { name: 'retention.ms', value: String(TOPIC_DAYS * 86_400_000) },
          { name: 'cleanup.policy', value: 'delete' },
        ],
      }));
    if (topics.length > 0) await this.create(topics);
    return { clusterId };
  }

  async watermarks(topic: string): Promise<Watermarks[]> {
    await this.connect();
    const rows = await this.admin.fetchTopicOffsets(this.nameOf(topic));
    return rows.map((row) => ({ partition: row.partition, low: BigInt(row.low), high: BigInt(row.high) }));
  }

  async close(): Promise<void> {
    if (this.connected) await this.admin.disconnect().catch(() => undefined);
  }

  /** Another process of ours may make them at the same moment. */
  private async create(topics: Parameters<Admin['createTopics']>[0]['topics']): Promise<void> {
    await this.admin.createTopics({ topics, waitForLeaders: true }).catch((error: unknown) => {
      if (!/already exists/i.test(String((error as Error).message))) throw error;
    });
  }

  private async connect(): Promise<void> {
    this.connected ??= this.admin.connect().catch((error: unknown) => {
      this.connected = null;
      throw error;
    });
    await this.connected;
  }
}
