import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ChangesView, ChangeView } from '#contracts';
import { onWake } from '#event-log';
import { invalid, onceMore } from '#kernel';
import { decodeCursor, encodeCursor, type Identity, seesEverything } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import type { ChangeAudience } from './audience.rules.js';
import { type ChangeRow, type FeedSlice, readHead, readSlice, WINDOW } from './change-feed.store.js';
import { NEWS_OF_CHANGES } from './public-changes.rules.js';

/** One change as it is handed to the sockets, with who may see it. */
export interface ChangeEntry {
  /** Opaque, as in `ChangesView.cursor`: what a client that has seen this one sends to go on. */
  cursor: string;
  change: ChangeView;
  audience: ChangeAudience;
}

type Listener = (entries: ChangeEntry[]) => void;

interface Listening {
  listener: Listener;
  isWanted: () => boolean;
}

const TAIL_BATCH = 500;

/** The feed of public facts in one order for everybody: cursors commit in order, so none is skipped. */
@Injectable()
export class ChangeFeed implements OnModuleDestroy {
  private readonly listeners = new Set<Listening>();
  private timer: NodeJS.Timeout | null = null;
  private readonly off = onWake(NEWS_OF_CHANGES, () => this.wake());
  /** Where the tail stands; null: nobody wants it, and it begins at the end. */
  private tail: string | null = null;
  private beginning: Promise<void> | null = null;
  private readonly follow = onceMore(
    () => this.step(),
    (error) => this.context.logger.debug({ err: error }, 'the feed could not be followed; trying again'),
  );

  constructor(@Inject(GatewayContext) private readonly context: GatewayContext) {}

  onModuleDestroy(): void {
    this.off();
    if (this.timer) clearInterval(this.timer);
    this.listeners.clear();
  }

  /**
   * What `identity` may see after `cursor` (null: from the first event), at most `limit`; the answered cursor has
   * passed over what may not be seen.
   * @throws DomainError invalid_cursor
   */
  async read(identity: Identity, cursor: string | null, limit: number): Promise<ChangesView> {
    const acl = seesEverything(identity) ? null : { personId: identity.personId, teamIds: identity.teamIds };
    let position = positionOf(cursor);
    for (;;) {
      const slice = await readSlice(this.context.db, acl, position, limit);
      if (BigInt(position) > BigInt(slice.head)) throw unknownCursor();
      const items = slice.rows.map(viewOf);
      position = endOf(slice, position, limit);
      if (items.length > 0 || position === slice.head) return { items, cursor: encodeCursor([position]) };
    }
  }

  /** The cursor of the newest change. */
  async last(): Promise<string> {
    return encodeCursor([await readHead(this.context.db)]);
  }

  /** How many changes (of anybody) came after the cursor; null when it is not one of ours. */
  async missedSince(cursor: string): Promise<number | null> {
    let position: bigint;
    try {
      position = BigInt(positionOf(cursor));
    } catch {
      return null;
    }
    const missed = BigInt(await readHead(this.context.db)) - position;
    return missed < 0n ? null : Number(missed);
  }

  /**
   * New changes, in order, each once per process; those before the call are not among them.
   * @param isWanted while it says no for everybody, nothing is read; who becomes interested calls `begin` first
   */
  onChange(listener: Listener, isWanted: () => boolean = () => true): () => void {
    const listening = { listener, isWanted };
    this.listeners.add(listening);
    if (!this.timer) {
      // gateways on other machines write too; on one machine news wakes us and this is only a safety net
      const pollMs = this.context.config.kafkaBrokers.length > 0 ? 250 : 1_000;
      this.timer = setInterval(() => this.wake(), pollMs);
      this.timer.unref();
      this.wake();
    }
    return () => this.listeners.delete(listening);
  }

  /** Something may have been committed: look now. */
  private wake(): void {
    if (!this.isWanted()) {
      this.tail = null;
      return;
    }
    this.follow();
  }

  /** When it resolves, every change that is committed from now on will be told to those who want it by then. */
  async begin(): Promise<void> {
    if (this.tail !== null) return;
    this.beginning ??= readHead(this.context.db)
      .then((head) => void (this.tail = head))
      .finally(() => (this.beginning = null));
    await this.beginning;
  }

  private isWanted(): boolean {
    for (const { isWanted } of this.listeners) if (isWanted()) return true;
    return false;
  }

  private async step(): Promise<void> {
    const { db } = this.context;
    const from = this.tail;
    if (from === null) return this.begin();
    const slice = await readSlice(db, null, from, TAIL_BATCH);
    this.tail = endOf(slice, from, TAIL_BATCH);
    if (this.tail !== slice.head) this.follow();
    if (slice.rows.length === 0) return;
    const entries = slice.rows.map((row) => ({
      cursor: encodeCursor([row.position]),
      change: viewOf(row),
      audience: { everybody: row.everybody, teamIds: row.teamIds, personIds: row.personIds },
    }));
    for (const { listener } of this.listeners) this.hand(listener, entries);
  }

  private hand(listener: Listener, entries: ChangeEntry[]): void {
    try {
      listener(entries);
    } catch (error) {
      this.context.logger.error({ err: error }, 'a listener of the feed failed');
    }
  }
}

/** A full page ends at its last row; otherwise everything up to the end of the window was looked at. */
function endOf(slice: FeedSlice, from: string, limit: number): string {
  if (slice.rows.length === limit) return slice.rows.at(-1)!.position;
  const end = BigInt(from) + BigInt(WINDOW);
  return end < BigInt(slice.head) ? String(end) : slice.head;
}

function viewOf(row: ChangeRow): ChangeView {
  return {
    id: row.id,
    type: row.type,
    conversationId: row.conversationId,
    seq: row.seq,
    version: row.version,
    occurredAt: row.occurredAt.toISOString(),
    payload: row.payload,
  };
}

function positionOf(cursor: string | null): string {
  const [position] = decodeCursor(cursor ?? undefined, 1) ?? ['0'];
  if (typeof position !== 'string' || !/^\d{1,18}$/.test(position)) throw unknownCursor();
  return position;
}

const unknownCursor = () =>
  invalid(
    'invalid_cursor',
    'This cursor is none of this installation. Load afresh, or leave out since to begin at the first event.',
  );
