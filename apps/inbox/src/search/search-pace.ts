/** Arrivals in one batch that mean a backlog. */
const FULL = 250;
/** No full batch for so long: the backlog is worked off. */
const CALM_MS = 1_000;
/** The index waits no longer, and lets no more messages wait: each search goes through those one by one. */
const MAX_WAIT_MS = 15_000;
const MAX_WAITING = 20_000;

/**
 * Whether the index makes way: while the intake works off a backlog, what it does with the processors is worth more than
 * what the index would. Bounded, and it delays no search: what waits is found all the same. `at` in ms of any clock that
 * only goes forward.
 */
export class SearchPace {
  private fullAt = -Infinity;
  private waitingSince: number | null = null;
  private waiting = 0;

  arrived(count: number, at: number): void {
    this.waiting += count;
    if (count >= FULL) this.fullAt = at;
  }

  /** @param count how many at least, `all` that were there */
  indexed(count: number, all: boolean): void {
    this.waiting = all ? 0 : Math.max(0, this.waiting - count);
    if (all) this.waitingSince = null;
  }

  isBusy(at: number): boolean {
    return at - this.fullAt < CALM_MS;
  }

  makesWay(at: number): boolean {
    if (!this.isBusy(at)) {
      this.waitingSince = null;
      return false;
    }
    this.waitingSince ??= at;
    return at - this.waitingSince < MAX_WAIT_MS && this.waiting < MAX_WAITING;
  }
}
