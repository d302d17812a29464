import { Injectable } from '@nestjs/common';
import type { Topic } from '#contracts';
import type { Tx } from '#database';
import type { Batch } from '#event-log';

/** What other rooms of gateway do with the events that its one consumer a topic receives. */
export interface ChangeHook {
  /** In the consumer's transaction, before the changes are written; a throw rolls the batch back and bisects it. */
  within?(tx: Tx, batch: Batch): Promise<void>;
  /** After the commit: wake-ups and sockets, nothing that must not be lost. */
  after?(batch: Batch): void;
}

@Injectable()
export class ChangeHooks {
  private readonly hooks: { topic: Topic; hook: ChangeHook }[] = [];

  register(topic: Topic, hook: ChangeHook): void {
    this.hooks.push({ topic, hook });
  }

  async run(tx: Tx, batch: Batch): Promise<void> {
    for (const { topic, hook } of this.hooks) {
      if (topic !== batch.topic) continue;
      if (hook.within) await hook.within(tx, batch);
      if (hook.after) tx.afterCommit(() => hook.after?.(batch));
    }
  }
}
