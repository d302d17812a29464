import { Injectable } from '@nestjs/common';
import { InboxContext } from '../inbox.context.js';
import { SearchPace } from './search-pace.js';
import { indexSome } from './search.store.js';

/** Turns that begin where the one before ended, until one looks from the beginning again. */
const TURNS = 20;

@Injectable()
export class SearchService {
  readonly pace = new SearchPace();
  /** Where the last turn ended: before it are the many dead rows of a queue, which every look from the beginning passes. */
  private after: string | null = null;
  private turns = 0;

  constructor(private readonly context: InboxContext) {}

  /**
   * Brings up to `limit` waiting messages into the index; answers whether there may be more. What was committed late,
   * behind the place where the turn before ended, is found by the next look from the beginning: after some turns, and
   * before it is ever said that there are no more.
   */
  async index(limit: number): Promise<boolean> {
    const { after } = this;
    // queue and index go together: what a fall of the database takes back is done again
    const { count, last } = await this.context.db.transaction((tx) => indexSome(tx, limit, after), 'soon');
    const goesOn = count === limit && ++this.turns < TURNS;
    this.after = goesOn ? last : null;
    if (!goesOn) this.turns = 0;
    const more = count === limit || after !== null;
    this.pace.indexed(count, !more);
    return more;
  }
}
