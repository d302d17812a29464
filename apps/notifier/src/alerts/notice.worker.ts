import { Injectable } from '@nestjs/common';
import { EffectWorker } from '../effects/effect-worker.js';
import { NotifierContext } from '../notifier.context.js';
import { mailNotice, textNotice, webhookNotice } from './notice.rules.js';
import { NoticeSenders } from './notice.senders.js';
import { type Bundle, NoticeService } from './notice.service.js';

/** Mails, texts and webhooks to staff: everything that waits for one recipient goes in one message. */
@Injectable()
export class NoticeWorker extends EffectWorker {
  constructor(
    context: NotifierContext,
    private readonly notices: NoticeService,
    private readonly senders: NoticeSenders,
  ) {
    super(context, { what: 'notices', atOnce: 8, graceMs: 3_000 });
  }

  protected async work(): Promise<number> {
    await this.notices.requeue(this.dead(await this.notices.holders()));
    const room = this.room();
    const bundles = room > 0 ? await this.notices.claim(this.me, room) : [];
    for (const bundle of bundles) this.begin(bundle[0]!.id, bundle, this.tell(bundle));
    return this.pauseUntil(await this.notices.nextInstant());
  }

  private async tell(bundle: Bundle): Promise<void> {
    try {
      await this.send(bundle);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.context.logger.warn({ reason, kind: bundle[0]!.kind }, 'a notice was not taken');
      return this.notices.refused(bundle, this.me, reason);
    }
    await this.notices.told(bundle, this.me);
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
