import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { Batch } from '#event-log';
import { lockHead, writeChanges } from './change-writer.store.js';
import { audiencesOf, publicChange } from './public-changes.rules.js';

@Injectable()
export class ChangeWriter {
  /** Two statements a batch, whatever its size; none when nothing in it is public. Answers how many were placed. */
  async write(tx: Tx, batch: Batch): Promise<number> {
    const changes = batch.events.map(publicChange).filter((change) => change !== null);
    const audiences = audiencesOf(batch.events);
    if (changes.length === 0 && audiences.length === 0) return 0;
    await lockHead(tx);
    return writeChanges(tx, changes, audiences);
  }
}
