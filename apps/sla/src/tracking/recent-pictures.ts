import type { Database } from '#database';
import type { Picture } from '../clock/model.rules.js';

/** A conversation as it was read, under its lock. */
export interface Loaded {
  picture: Picture;
  nextAt: Date | null;
  /** Its count of our own writes, this lock included. */
  revision: number;
}

/** Conversations remembered at most; about 3 KB each. */
const MAX_PICTURES = 8_000;

/**
 * What this process wrote last. Every lock counts up the revision of its conversation, so whoever locks it next and
 * finds the number that follows knows that nobody has written in between, and need not read. Filled after commits only,
 * emptied when a connection broke: a database that fell over may have lost the last of them, and count again from there.
 */
export class RecentPictures {
  /** The longest unused first. */
  private readonly pictures = new Map<string, Loaded>();
  private lossesSeen = 0;

  /** @param db whose `losses` have moved since the last call: nothing remembered is to be relied on */
  constructor(private readonly db: Pick<Database, 'losses'>) {}

  /** Of these, the ones remembered and as of which revision. */
  known(ids: string[]): { ids: string[]; revisions: number[] } {
    if (this.db.losses !== this.lossesSeen) this.pictures.clear();
    this.lossesSeen = this.db.losses;
    const found = ids.filter((id) => this.pictures.has(id));
    return { ids: found, revisions: found.map((id) => this.pictures.get(id)!.revision) };
  }

  /** As it was before this lock; null when it was forgotten since `known` was asked. */
  before(id: string, lockedRevision: number): Loaded | null {
    const known = this.pictures.get(id);
    return known?.revision === lockedRevision - 1 ? { ...known, revision: lockedRevision } : null;
  }

  /** As a new reading would find it. Not kept while a reply still counts: those are read anew each time. */
  keep(id: string, after: Loaded): void {
    this.pictures.delete(id);
    const { conversation, replies } = after.picture;
    if (replies.length > 0) return;
    const waits = after.picture.waits
      .filter((wait) => wait.state === 'open' && wait.threadId === id)
      .sort((a, b) => a.openedAt.getTime() - b.openedAt.getTime() || (a.id < b.id ? -1 : 1));
    const picture: Picture = { conversation, waits, replies };
    this.pictures.set(id, { ...after, picture });
    for (const oldest of this.pictures.keys()) {
      if (this.pictures.size <= MAX_PICTURES) break;
      this.pictures.delete(oldest);
    }
  }
}
