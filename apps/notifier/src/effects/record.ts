import { type Database, isTransient, type Tx } from '#database';

const PATIENCE_MS = 20_000;

/**
 * Writes down what has already happened outside (a reply left, Slack took an alert). So it is tried again through
 * deadlocks and while the database is away: what is not written down has to be asked about, or stays unknown.
 */
export async function record<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (let pause = 20; ; pause = Math.min(pause * 2, 1_000)) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (!isTransient(error) || performance.now() > end) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
