import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Ticker } from '../effects/ticker.js';
import { enrolWorker, isKnownDead } from '../effects/workers.js';
import { NotifierContext } from '../notifier.context.js';
import { NoticeWorker } from './notice.worker.js';
import { SlackClient, SlackError } from './slack-client.js';
import { digestMessage, singleMessage, type SlackContent } from './slack-message.rules.js';
import type { SlackMessage } from './slack.rules.js';
import { SlackService, type SlackTarget } from './slack.service.js';

const AT_ONCE = 12;
const IDLE_MS = 5_000;
const GRACE_MS = 3_000;

/** Posts and redraws Slack messages. Never posts one whose last attempt may have got through before it has looked. */
@Injectable()
export class SlackWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker = new Ticker(
    () => this.work(),
    (error) => this.context.logger.warn({ err: error }, 'alerts wait: the database does not answer'),
  );
  private readonly inTheAir = new Map<string, Promise<void>>();
  private readonly clients = new Map<string, SlackClient>();
  private worker: ReturnType<typeof enrolWorker> | null = null;

  constructor(
    private readonly context: NotifierContext,
    private readonly messages: SlackService,
    private readonly notices: NoticeWorker,
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
    const ended = Promise.all(this.inTheAir.values());
    await Promise.race([ended, new Promise((done) => setTimeout(done, GRACE_MS).unref())]);
    this.worker?.leave();
  }

  client(token: string): SlackClient {
    let client = this.clients.get(token);
    if (!client) {
      client = new SlackClient(token, this.context.config.slackApiUrl);
      this.clients.set(token, client);
    }
    return client;
  }

  /** What is due first, the housekeeping after it: a breach is heard within the second. */
  private async work(): Promise<number> {
    const me = this.worker!.name;
    for (;;) {
      const room = AT_ONCE - this.inTheAir.size;
      if (room <= 0) break;
      const claimed = await this.messages.claim(me, room);
      if (claimed.length === 0) break;
      for (const message of claimed) this.begin(message);
    }
    const dead = (await this.messages.holders()).filter((name) => name !== me && isKnownDead(name));
    if ((await this.messages.recover(dead)) > 0) return 1;
    if ((await this.messages.tellOthers()) > 0) this.notices.wake();
    const next = await this.messages.nextInstant();
    return next ? Math.min(IDLE_MS, Math.max(20, next.getTime() - this.context.now().getTime())) : IDLE_MS;
  }

  private begin(message: SlackMessage): void {
    const ended = this.attempt(message)
      .catch((error: unknown) => {
        this.context.logger.error({ err: error, slackMessageId: message.id }, 'a Slack attempt could not be recorded');
      })
      .finally(() => {
        this.inTheAir.delete(message.id);
        this.ticker.wake();
      });
    this.inTheAir.set(message.id, ended);
  }

  private async attempt(message: SlackMessage): Promise<void> {
    const target = await this.messages.target(message.destinationId);
    if (!target) return this.messages.drop(message, 'The destination was removed or has no bot token');
    try {
      if (message.state === 'sent') return await this.update(message, target);
      return await this.post(message, target);
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      this.context.logger.warn({ reason: error.message, slackMessageId: message.id }, 'Slack did not take an alert');
      await this.messages.troubled(message, error.trouble);
    }
  }

  private async post(message: SlackMessage, target: SlackTarget): Promise<void> {
    const client = this.client(target.token);
    if (message.unsure) {
      const there = await this.find(client, message, target);
      // drawn once it is as wanted; drawn again since, nobody knows which of them is there
      const version = message.wantedVersion === 1 ? 1 : 0;
      if (there) return this.messages.posted(message, { ...there, version });
    }
    const posted = await client.post(target.channel, message.id, await this.draw(message));
    await this.messages.posted(message, { ...posted, version: message.wantedVersion });
  }

  /** A failed look leaves it in doubt, whatever the trouble was. */
  private async find(client: SlackClient, message: SlackMessage, target: SlackTarget) {
    try {
      const since = message.attemptAt ?? message.createdAt;
      return await client.find(target.channelId ?? target.channel, message.id, since);
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      throw new SlackError({ ...error.trouble, ambiguous: true, refused: false }, error);
    }
  }

  private async update(message: SlackMessage, target: SlackTarget): Promise<void> {
    await this.client(target.token).update(message.slackChannelId!, message.ts!, await this.draw(message));
    await this.messages.shown(message);
  }

  private async draw(message: SlackMessage): Promise<SlackContent> {
    const items = await this.messages.items(message);
    const { publicUrl } = this.context.config;
    const now = this.context.now();
    if (message.kind === 'single' && items[0]) return singleMessage(items[0], publicUrl, now);
    return digestMessage(items, { publicUrl, afterDowntime: message.afterDowntime, now });
  }
}
