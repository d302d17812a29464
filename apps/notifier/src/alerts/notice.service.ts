import { Injectable } from '@nestjs/common';
import { cleanText } from '#kernel';
import { record } from '../effects/record.js';
import { NotifierContext } from '../notifier.context.js';
import { loadShown, type ShownAlert } from './alerts.store.js';
import { loadDestination, markDestination } from './destinations.store.js';
import { AT_ONCE, NOTICE_BACKOFF_SECONDS } from './notice.rules.js';
import * as store from './notice.store.js';
import type { Notice } from './notice.store.js';

/** Alerts for one recipient, told with one message. */
export type Bundle = Notice[];

@Injectable()
export class NoticeService {
  constructor(private readonly context: NotifierContext) {}

  claim(worker: string, recipients: number): Promise<Bundle[]> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const bundles = new Map<string, Bundle>();
      for (const notice of await store.lockDueNotices(tx, now, recipients)) {
        const key = `${notice.kind} ${notice.target}`;
        const bundle = bundles.get(key) ?? [];
        if (bundle.length < AT_ONCE[notice.kind]) bundle.push(notice);
        bundles.set(key, bundle);
      }
      const ids = [...bundles.values()].flat().map((notice) => notice.id);
      if (ids.length > 0) {
        await store.beginNotices(tx, ids, worker, now);
      }
      return [...bundles.values()];
    });
  }

  shown(bundle: Bundle): Promise<ShownAlert[]> {
    return loadShown(
      this.context.db,
      bundle.map((notice) => notice.id),
    );
  }

  async told(bundle: Bundle, worker: string): Promise<void> {
    await this.end(bundle, worker, { state: 'sent', reason: null, nextAt: null });
    await this.mark(bundle, 'live', null);
  }

  async refused(bundle: Bundle, worker: string, said: string): Promise<void> {
    const reason = cleanText(said);
    const now = this.context.now();
    const first = bundle[0]!;
    const seconds = NOTICE_BACKOFF_SECONDS[first.attempts] ?? NOTICE_BACKOFF_SECONDS.at(-1)!;
    const nextAt = store.tooOld(first, now) ? null : new Date(now.getTime() + seconds * 1_000);
    await this.end(bundle, worker, { state: nextAt ? 'queued' : 'failed', reason, nextAt });
    await this.mark(bundle, 'failing', reason);
  }

  requeue(dead: string[]): Promise<number> {
    return this.context.db.transaction((tx) => store.requeueAbandoned(tx, this.context.now(), dead));
  }

  /** The address of a webhook; null: the destination was removed. */
  async url(destinationId: string): Promise<string | null> {
    return (await loadDestination(this.context.db, destinationId))?.config.url ?? null;
  }

  holders(): Promise<string[]> {
    return store.noticeHolders(this.context.db);
  }

  nextInstant(): Promise<Date | null> {
    return store.nextNoticeAt(this.context.db, this.context.now());
  }

  private async end(bundle: Bundle, worker: string, end: store.NoticeEnd): Promise<void> {
    const ids = bundle.map((notice) => notice.id);
    await record(this.context.db, (tx) => store.endNotices(tx, { ids, worker }, end, this.context.now()));
  }

  private async mark(bundle: Bundle, state: 'live' | 'failing', reason: string | null): Promise<void> {
    const id = bundle[0]!.destinationId;
    if (id) await markDestination(this.context.db, id, { state, reason });
  }
}
