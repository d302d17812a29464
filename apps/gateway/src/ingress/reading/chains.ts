/**
 * Work in lanes: one key's jobs run one after the other in the order they came, different keys side by side, at most
 * `width` at a time. A slow job holds up its own key and one lane, nobody else.
 */
export class Chains<Job> {
  private readonly chains = new Map<string, Job[]>();
  private readonly turn: string[] = [];
  private running = 0;

  constructor(
    private readonly width: number,
    private readonly work: (job: Job) => Promise<void>,
    private readonly onIdleLane: () => void,
  ) {}

  add(key: string, job: Job): void {
    const chain = this.chains.get(key);
    if (chain) {
      chain.push(job);
      return;
    }
    this.chains.set(key, [job]);
    this.turn.push(key);
    this.next();
  }

  private next(): void {
    while (this.running < this.width) {
      const key = this.turn.shift();
      if (key === undefined) return;
      this.running += 1;
      void this.work(this.chains.get(key)![0]!).finally(() => this.finish(key));
    }
  }

  private finish(key: string): void {
    this.running -= 1;
    const chain = this.chains.get(key)!;
    chain.shift();
    if (chain.length > 0) this.turn.push(key);
    else this.chains.delete(key);
    this.next();
    if (this.running < this.width) this.onIdleLane();
  }
}
