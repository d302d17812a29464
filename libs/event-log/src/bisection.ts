import { isTransient } from '#database';
import { MalformedEvent } from './envelope.js';

export type Verdict = 'again' | 'smaller' | 'park';

/**
 * How many events the next transaction takes, after what happened to the last one. A failure halves the batch until the
 * poisonous event stands alone (500 -> 250 -> … -> 1); success doubles it again. So 499 commit and one is parked.
 */
export class Bisection {
  private size: number;
  private lostRaces = 0;

  constructor(private readonly full: number) {
    this.size = full;
  }

  get limit(): number {
    return this.size;
  }

  succeeded(): void {
    this.lostRaces = 0;
    this.size = Math.min(this.full, this.size * 2);
  }

  /**
   * - `again`: database or network trouble, or a lost race (unique key, once): the same batch, after a pause, no attempt counted
   * - `smaller`: unknown trouble in a batch of several: half of it
   * - `park`: it stood alone
   */
  failed(error: unknown, events: number): Verdict {
    if (isTransient(error)) return 'again';
    if ((error as { code?: unknown }).code === '23505' && this.lostRaces++ === 0) return 'again';
    if (events > 1) {
      this.size = error instanceof MalformedEvent ? 1 : Math.ceil(Math.min(this.size, events) / 2);
      return 'smaller';
    }
    this.lostRaces = 0;
    return 'park';
  }
}
