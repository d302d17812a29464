import { Injectable } from '@nestjs/common';
import type { Topic } from '#contracts';
import type { Tx } from '#database';
import type { Batch } from '#event-log';

/** In the consumer's transaction, before the changes are written; a throw rolls the batch back and bisects it. */
export type ProjectionHook = (tx: Tx, batch: Batch) => Promise<void>;

/** What other rooms of gateway keep of the events that its one consumer a topic receives. */
@Injectable()
export class ProjectionHooks {
  private readonly hooks: { topic: Topic; hook: ProjectionHook }[] = [];

  register(topic: Topic, hook: ProjectionHook): void {
    this.hooks.push({ topic, hook });
  }

  async run(tx: Tx, batch: Batch): Promise<void> {
    for (const { topic, hook } of this.hooks) if (topic === batch.topic) await hook(tx, batch);
  }
}
