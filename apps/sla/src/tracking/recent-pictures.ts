import type { Database } from '#database';
import type { Picture, Wait } from '../clock/model.rules.js';

/** A conversation as it was read, under its lock. */
export interface Loaded {
  picture: Picture;
  nextAt: Date | null;
  /** Its count of our own writes; null: not written yet. */
  revision: number | null;
}

/** Conversations remembered at most; about 3 KB each. Where more take turns, each is read again, at half the speed. */
const MAX_PICTURES = 20_000;

/**
 * What this process wrote last. Every write counts up the revision of its conversation, so whoever locks it next and finds
 * the same number knows that nobody has written in between, and need not read. Filled after commits only, emptied when a
 * connection broke: a database that fell over may have lost the last of them, and count again from there.
 */
export class RecentPictures {
  /** The longest unused first. */
  private readonly pictures = new Map<string, Loaded>();
  private lossesSeen = 0;

  /** @param db whose `losses` have moved since the last call: nothing remembered is to be relied on */
  constructor(private readonly db: Pick<Database, 'losses'>) {}

  /** Of these, the ones remembered. */
  known(ids: string[]): Map<string, Loaded> {
    if (this.db.losses !== this.lossesSeen) this.pictures.clear();
    this.lossesSeen = this.db.losses;
    const found = new Map<string, Loaded>();
    for (const id of ids) {
      const picture = this.pictures.get(id);
      if (picture) found.set(id, picture);
    }
    return found;
  }

  /** As a new reading would find it. Not kept while a reply still counts: those are read anew each time. */
  keep(id: string, after: Loaded): void {
    this.pictures.delete(id);
    const { conversation, replies } = after.picture;
    if (replies.length > 0) return;
    const counts = (wait: Wait) => wait.state === 'open' && wait.threadId === id;
    const { waits } = after.picture;
    if (waits.length <= 1 && waits.every(counts)) this.pictures.set(id, after);
    else {
      const ordered = waits.filter(counts).sort(byOpening);
      this.pictures.set(id, { ...after, picture: { conversation, waits: ordered, replies } });
    }
    for (const oldest of this.pictures.keys()) {
      if (this.pictures.size <= MAX_PICTURES) break;
      this.pictures.delete(oldest);
    }
  }
}

const byOpening = (a: Wait, b: Wait): number => a.openedAt.getTime() - b.openedAt.getTime() || (a.id < b.id ? -1 : 1);
