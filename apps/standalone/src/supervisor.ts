/** A running process: how it is stopped, and when it has ended. */
export interface Part {
  pid: number;
  ended: Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  name: string;
  part: Part | null;
}

/** Keeps parts running until it is told to end; ends them in reverse order of start. */
export class Supervisor {
  ending = false;
  private readonly parts: Running[] = [];
  private finishing: Promise<void> | null = null;

  /** @param onPid told of every process that starts (pid) and ends (null) */
  constructor(private readonly onPid: (name: string, pid: number | null) => void) {}

  /** Starts a part, waits until it runs, and starts it again whenever it dies. */
  async add(name: string, start: () => Promise<Part>): Promise<void> {
    const running: Running = { name, part: null };
    this.parts.push(running);
    await this.launch(running, start);
    if (this.ending) await running.part?.stop();
  }

  endOnSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void this.end(0));
  }

  /** Stops everything: the last started first, so that nobody loses its database while it still writes. */
  end(code: number): Promise<void> {
    this.ending = true;
    this.finishing ??= this.finish().then(() => process.exit(code));
    return this.finishing;
  }

  private async finish(): Promise<void> {
    const apps = this.parts.filter(({ name }) => name !== 'postgres' && name !== 'kafka');
    await Promise.all(apps.map(({ part }) => part?.stop()));
    for (const name of ['kafka', 'postgres']) await this.parts.find((running) => running.name === name)?.part?.stop();
  }

  private async launch(running: Running, start: () => Promise<Part>): Promise<void> {
    const part = await start();
    running.part = part;
    this.onPid(running.name, part.pid);
    void part.ended.then(() => this.restart(running, start));
  }

  private async restart(running: Running, start: () => Promise<Part>): Promise<void> {
    running.part = null;
    this.onPid(running.name, null);
    for (let pause = 100; !this.ending; pause = Math.min(pause * 2, 5_000)) {
      console.error(`${running.name} ended unexpectedly; starting it again.`);
      try {
        await this.launch(running, start);
        return;
      } catch (error) {
        console.error(`${running.name}: ${(error as Error).message}`);
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }
}
