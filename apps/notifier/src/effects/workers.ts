import { randomBytes } from 'node:crypto';
import os from 'node:os';

/** Workers of this very process: a name of ours that is not among them belonged to one that has died. */
const living = new Set<string>();

/**
 * A worker's name in rows it holds: host, process id and a random part. After a crash on the same machine the next
 * start sees at once that the holder is dead and need not wait for its lease; on another machine the lease decides.
 */
export function enrolWorker(): { name: string; leave: () => void } {
  const name = `${os.hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`;
  living.add(name);
  return { name, leave: () => living.delete(name) };
}

/** True only when it is certain; a worker elsewhere is never known to be dead. */
export function isKnownDead(name: string): boolean {
  if (living.has(name)) return false;
  const [host, pid] = name.split('/');
  if (host !== os.hostname() || !pid) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
