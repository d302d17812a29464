/** A turn that takes longer (it waits for a lock, or the machine is slow) no longer holds up the others. */
const AT_MOST_MS = 50;

/**
 * Lets small batches of all groups of a process go one after another. Together they would only take the processors away
 * from each other, and from the requests that come in meanwhile; a small machine has two.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private taken = false;

  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.begin();
    let over = false;
    const end = () => {
      if (!over) this.end();
      over = true;
    };
    const timer = setTimeout(end, AT_MOST_MS);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      end();
    }
  }

  private begin(): Promise<void> | void {
    if (this.taken) return new Promise((go) => this.waiting.push(go));
    this.taken = true;
  }

  private end(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken = false;
  }
}

const shared = new Map<string, Turns>();

/** The one of this process for a database. */
export function turnsOf(database: string): Turns {
  const turns = shared.get(database) ?? new Turns();
  shared.set(database, turns);
  return turns;
}
