import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { Batch } from '#event-log';
import { writeChanges } from './change-writer.store.js';
import { audiencesOf, publicChange } from './public-changes.rules.js';

@Injectable()
export class ChangeWriter {
  /** Two statements a batch, whatever its size, with the commit; none when nothing in it is public. */
  write(tx: Tx, batch: Batch): boolean {
    const changes = batch.events.map(publicChange).filter((change) => change !== null);
    const audiences = audiencesOf(batch.events);
    if (changes.length === 0 && audiences.length === 0) return false;
    writeChanges(tx, changes, audiences);
    return true;
  }
}
