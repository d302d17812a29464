import type { Pending } from '../pending.js';
import { EventText, type FetchedRow, type StoredRow } from './rows.js';

/** Characters of one topic that are remembered: a group that is further behind reads from the database. */
const MAX_LENGTH = 4 * 1024 * 1024;
/** Nobody read for this long: memory is given back. */
const FORGET_MS = 5_000;

export const NOTHING_KNOWN: [string, string] = ['1', '0'];

/**
 * What this process read or appended lately of one topic, without gaps: its groups read the same events one after
 * another, and only the first of them has to fetch and decode, none of them what was appended here. Positions commit in order and never change, but for those of the last
 * second before the database fell over: they are given again, and the event's id tells.
 */
export class RecentEvents {
  /** What one group read is not remembered for itself. */
  readers = 0;
  /** The oldest first. */
  private readonly events = new Map<number, EventText>();
  private last = 0;
  private length = 0;
  private timer: NodeJS.Timeout | null = null;

  /** First and last of the positions whose text need not be fetched. */
  known(): [string, string] {
    const { value: first, done } = this.events.keys().next();
    return done ? NOTHING_KNOWN : [String(first), String(this.last)];
  }

  /**
   * Completes rows whose text was left out because it was known when they were asked for, and remembers the others.
   * Null: something was forgotten meanwhile; ask again for the whole text.
   */
  complete(rows: StoredRow[]): FetchedRow[] | null {
    const complete: FetchedRow[] = [];
    for (const row of rows) {
      const decoded = row.envelope === null ? this.recall(row) : new EventText(row.eventId, row.envelope);
      if (!decoded) return null;
      complete.push(Object.assign(row, { envelope: decoded.text, decoded }));
    }
    if (this.readers > 1) this.remember(complete);
    return complete;
  }

  private recall({ position, eventId }: StoredRow): EventText | null {
    const known = this.events.get(Number(position));
    if (known?.id === eventId) return known;
    if (known) this.clear();
    return null;
  }

  private remember(rows: FetchedRow[]): void {
    const end = rows.at(-1);
    if (end && (this.events.size === 0 || Number(end.position) > this.last))
      for (const { position, decoded } of rows) this.add(Number(position), decoded);
    this.keep();
  }

  /** Events of this process that have been committed. @param base the position before the first one */
  appended(base: number, events: EventText[]): void {
    events.forEach((event, i) => this.add(base + 1 + i, event));
    this.keep();
  }

  private keep(): void {
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(() => this.forget(), FORGET_MS).unref();
  }

  private add(position: number, event: EventText): void {
    if (position <= this.last && this.events.size > 0) return; // known, or a group far behind
    if (position !== this.last + 1) this.clear();
    this.events.set(position, event);
    this.last = position;
    this.length += event.text.length;
    for (const [oldest, { text }] of this.events) {
      if (this.length <= MAX_LENGTH) break;
      this.events.delete(oldest);
      this.length -= text.length;
    }
  }

  private forget(): void {
    this.timer = null;
    this.clear();
  }

  private clear(): void {
    this.events.clear();
    this.length = 0;
  }
}

const shared = new Map<string, RecentEvents>();
const nameOf = (database: string, topic: string) => `${topic} ${database}`;

/** The one memory of a topic for all its readers in this process; the second answer is called when one of them stops. */
export function shareRecent(database: string, topic: string): [RecentEvents, () => void] {
  const name = nameOf(database, topic);
  const recent = shared.get(name) ?? new RecentEvents();
  shared.set(name, recent);
  recent.readers += 1;
  const release = () => {
    recent.readers -= 1;
    if (recent.readers === 0) shared.delete(name);
  };
  return [recent, release];
}

/** Where the events of a topic were put: behind this position, in their order. */
export interface Place {
  topic: string;
  base: string;
}

/** Remembers what was committed for the groups of this process that will read it. */
export function rememberAppended(database: string, pending: Pending, places: Place[]): void {
  for (const { topic, base } of places) {
    const recent = shared.get(nameOf(database, topic));
    if (!recent) continue;
    const own = pending.topics.flatMap((each, i) => (each === topic ? [i] : []));
    recent.appended(
      Number(base),
      own.map((i) => new EventText(pending.ids[i]!, pending.envelopes[i]!, pending.events[i]!)),
    );
  }
}
