import { Injectable } from '@nestjs/common';
import { InboxContext } from '../inbox.context.js';
import { indexSome } from './search.store.js';

@Injectable()
export class SearchService {
  constructor(private readonly context: InboxContext) {}

  /** Brings up to `limit` waiting messages into the index; answers how many. */
  index(limit: number): Promise<number> {
    return this.context.db.transaction((tx) => indexSome(tx, limit));
  }
}
