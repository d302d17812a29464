import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Ticker } from '../effects/ticker.js';
import { enrolWorker, isKnownDead } from '../effects/workers.js';
import { NotifierContext } from '../notifier.context.js';
import { mailNotice, textNotice, webhookNotice } from './notice.rules.js';
import { NoticeSenders } from './notice.senders.js';
import { type Bundle, NoticeService } from './notice.service.js';

const AT_ONCE = 8;
const IDLE_MS = 5_000;
const GRACE_MS = 3_000;

/** Mails, texts and webhooks to staff: everything that waits for one recipient goes in one message. */
@Injectable()
export class NoticeWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker = new Ticker(
    () => this.work(),
    (error) => this.context.logger.warn({ err: error }, 'notices wait: the database does not answer'),
  );
  private readonly inTheAir = new Set<Promise<void>>();
  private worker: ReturnType<typeof enrolWorker> | null = null;

  constructor(
    private readonly context: NotifierContext,
    private readonly notices: NoticeService,
    private readonly senders: NoticeSenders,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = enrolWorker();
    this.ticker.start();
  }

  wake(): void {
    this.ticker.wake();
  }

  async onModuleDestroy(): Promise<void> {
    await this.ticker.stop();
    const ended = Promise.all(this.inTheAir);
    await Promise.race([ended, new Promise((done) => setTimeout(done, GRACE_MS).unref())]);
    this.worker?.leave();
  }

  private async work(): Promise<number> {
    const me = this.worker!.name;
    const dead = (await this.notices.holders()).filter((name) => name !== me && isKnownDead(name));
    await this.notices.requeue(dead);
    const room = AT_ONCE - this.inTheAir.size;
    const bundles = room > 0 ? await this.notices.claim(me, room) : [];
    for (const bundle of bundles) this.begin(bundle);
    const next = await this.notices.nextInstant();
    return next ? Math.min(IDLE_MS, Math.max(20, next.getTime() - this.context.now().getTime())) : IDLE_MS;
  }

  private begin(bundle: Bundle): void {
    const ended = this.tell(bundle)
      .catch((error: unknown) => this.context.logger.error({ err: error }, 'a notice could not be recorded'))
      .finally(() => {
        this.inTheAir.delete(ended);
        this.ticker.wake();
      });
    this.inTheAir.add(ended);
  }

  private async tell(bundle: Bundle): Promise<void> {
    const me = this.worker!.name;
    try {
      await this.send(bundle);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.context.logger.warn({ reason, kind: bundle[0]!.kind }, 'a notice was not taken');
      return this.notices.refused(bundle, me, reason);
    }
    await this.notices.told(bundle, me);
  }

  private async send(bundle: Bundle): Promise<void> {
    const [first] = bundle as [Bundle[number]];
    const items = await this.notices.shown(bundle);
    const options = { publicUrl: this.context.config.publicUrl, now: this.context.now(), reader: first };
    if (first.kind === 'email') {
      await this.senders.mail(first.target, first.id, mailNotice(items, options));
    } else if (first.kind === 'sms') {
      await this.senders.text(first.target, first.channelId, first.id, textNotice(items, options));
    } else {
      const url = await this.notices.url(first.target);
      if (url) await this.senders.call(url, webhookNotice(items, options));
    }
  }
}
