import { Injectable } from '@nestjs/common';
import { EffectWorker } from '../effects/effect-worker.js';
import { NotifierContext } from '../notifier.context.js';
import { NoticeWorker } from './notice.worker.js';
import { SlackClient, SlackError } from './slack-client.js';
import { digestMessage, singleMessage, type SlackContent } from './slack-message.rules.js';
import type { SlackMessage } from './slack.rules.js';
import { SlackService, type SlackTarget } from './slack.service.js';

/** Posts and redraws Slack messages. Never posts one whose last attempt may have got through before it has looked. */
@Injectable()
export class SlackWorker extends EffectWorker {
  private readonly clients = new Map<string, SlackClient>();

  constructor(
    context: NotifierContext,
    private readonly messages: SlackService,
    private readonly notices: NoticeWorker,
  ) {
    super(context, { what: 'Slack alerts', atOnce: 12, graceMs: 3_000 });
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
  /** What is due first, the housekeeping after it: a breach is heard within the second. */
  protected async work(): Promise<number> {
    for (let room = this.room(); room > 0; room = this.room()) {
      const claimed = await this.messages.claim(this.me, room);
      if (claimed.length === 0) break;
      for (const message of claimed) this.begin(message.id, message, this.attempt(message));
    }
    if ((await this.messages.recover(this.dead(await this.messages.holders()))) > 0) return 1;
    if ((await this.messages.tellOthers()) > 0) this.notices.wake();
    return this.pauseUntil(await this.messages.nextInstant());
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
