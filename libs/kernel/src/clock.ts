/** Where doors read the time. Rules and SQL receive `now` as an argument and never ask. Instants are UTC. */
export abstract class Clock {
  abstract now(): Date;
}

/** The wall clock of this machine, corrected by the offset measured against the database (`anchor`). */
export class SystemClock extends Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** @param databaseNow the database's clock, read just now; the database is the authority for every stored instant. */
  anchor(databaseNow: Date, readAtMs: number): void {
    this.offsetMs = databaseNow.getTime() - readAtMs;
  }

  /** Milliseconds by which the database is ahead of this process (negative: behind). */
  get offset(): number {
    return this.offsetMs;
  }
}

/** A clock that stands still until a test moves it. */
export class FakeClock extends Clock {
  private current: number;

  constructor(start: Date | string = '2026-11-20T09:00:00.000Z') {
    super();
    this.current = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.current);
  }

  set(instant: Date | string): void {
    this.current = new Date(instant).getTime();
  }

  advance(milliseconds: number): void {
    this.current += milliseconds;
  }
}
