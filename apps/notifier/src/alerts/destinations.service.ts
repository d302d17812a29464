import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DestinationView, Page } from '#contracts';
import { cleanText, idFrom, isId, newId, notFound, seal, unseal } from '#kernel';
import { encodeCursor } from '#platform';
import { NotifierContext } from '../notifier.context.js';
import { readDestination } from './destination.rules.js';
import {
  type DestinationRow,
  insertDestination,
  keepDestination,
  listDestinations,
  loadDestination,
  markDestination,
  removeDestination,
  updateDestination,
} from './destinations.store.js';
import { NoticeSenders } from './notice.senders.js';
import { SlackWorker } from './slack.worker.js';

/** What the provider said to a test message. */
export interface TestAnswer {
  ok: boolean;
  said: string;
}

const TEST = 'This is a test from Kairos: alerts about broken promises will come here.';

/** Where alerts go. */
@Injectable()
export class DestinationsService implements OnModuleInit {
  constructor(
    private readonly context: NotifierContext,
    private readonly senders: NoticeSenders,
    private readonly slack: SlackWorker,
  ) {}

  /** SLACK_BOT_TOKEN and SLACK_CHANNEL: the first destination, without a hand. */
  async onModuleInit(): Promise<void> {
    const { slackBotToken, slackChannel, secret } = this.context.config;
    if (!slackBotToken || !slackChannel) return;
    const row = {
      id: idFrom('the Slack destination of the environment'),
      kind: 'slack' as const,
      name: `Slack ${slackChannel}`,
      config: { channel: slackChannel },
      sealedSecrets: seal(secret, { botToken: slackBotToken }),
    };
    await keepDestination(this.context.db, row, this.context.now());
  }

  async page(afterId: string | null, limit: number): Promise<Page<DestinationView>> {
    const rows = await listDestinations(this.context.db, { afterId, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    return { items: shown.map(viewOf), nextCursor: rows.length > limit ? encodeCursor([shown.at(-1)!.id]) : null };
  }

  async one(id: string): Promise<DestinationView> {
    return viewOf(await this.row(id));
  }

  async create(body: unknown): Promise<DestinationView> {
    const { kind, name, config, botToken } = readDestination(body, null, this.senders.egress);
    const id = newId();
    const sealedSecrets = botToken ? seal(this.context.config.secret, { botToken }) : null;
    await this.context.db.transaction((tx) =>
      insertDestination(tx, { id, kind, name, config, sealedSecrets }, this.context.now()),
    );
    return this.one(id);
  }

  async change(id: string, body: unknown): Promise<DestinationView> {
    const row = await this.row(id);
    const input = readDestination(body, row, this.senders.egress);
    const sealedSecrets = input.botToken
      ? seal(this.context.config.secret, { botToken: input.botToken })
      : row.sealedSecrets;
    await this.context.db.transaction((tx) =>
      updateDestination(tx, { id, name: input.name, config: input.config, sealedSecrets }, this.context.now()),
    );
    this.slack.wake();
    return this.one(id);
  }

  async remove(id: string): Promise<void> {
    await this.row(id);
    await this.context.db.transaction((tx) => removeDestination(tx, id, this.context.now()));
  }

  /** Sends for real and tells what came back, in the far end's words. */
  async test(id: string): Promise<TestAnswer> {
    const row = await this.row(id);
    try {
      const said = await this.say(row);
      await markDestination(this.context.db, id, { state: 'live', reason: null });
      return { ok: true, said };
    } catch (error) {
      const said = cleanText(error instanceof Error ? error.message : String(error));
      await markDestination(this.context.db, id, { state: 'failing', reason: said });
      return { ok: false, said };
    }
  }

  private async say(row: DestinationRow): Promise<string> {
    const { channel, address, url, channelId } = row.config;
    switch (row.kind) {
      case 'slack': {
        const { botToken } = unseal<{ botToken: string }>(this.context.config.secret, row.sealedSecrets ?? '');
        const posted = await this.slack.client(botToken).say(channel ?? '', TEST);
        return `Slack posted it in ${posted.channelId} as ${posted.ts}`;
      }
      case 'email':
        return this.senders.mail(address ?? '', row.id, { subject: 'A test from Kairos', text: TEST });
      case 'sms':
        return this.senders.text(address ?? '', channelId ?? null, newId(), TEST);
      case 'webhook':
        return this.senders.call(url ?? '', { event: 'test', text: TEST });
    }
  }

  private async row(id: string): Promise<DestinationRow> {
    const row = isId(id) ? await loadDestination(this.context.db, id) : null;
    if (!row) throw notFound('destination', id.slice(0, 60));
    return row;
  }
}

/** Secrets never come back. */
function viewOf({ id, kind, name, config, state, stateReason }: DestinationRow): DestinationView {
  return { id, kind, name, config, state, stateReason };
}
