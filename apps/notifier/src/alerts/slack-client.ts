import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { cleanText } from '#kernel';
import type { SlackContent } from './slack-message.rules.js';
import type { SlackTrouble } from './slack.rules.js';

/** A call to Slack fails after this long: a breach has to be heard within the second, retries are ours. */
export const SLACK_TIMEOUT_MS = 5_000;
/** How our messages are marked, so that one left in doubt is found again. */
const EVENT_TYPE = 'sla_breach';
/** Pages of 100 of a channel's history that are looked through for one message. */
const HISTORY_PAGES = 10;

export interface Posted {
  channelId: string;
  ts: string;
}

/** What was said, by words and by how to go on. */
export class SlackError extends Error {
  constructor(
    readonly trouble: SlackTrouble,
    cause: unknown,
  ) {
    super(trouble.words, { cause });
    this.name = 'SlackError';
  }
}

/** One bot token's door to Slack, by the official client without its own retries (ten over half an hour by default). */
export class SlackClient {
  private readonly web: WebClient;

  /** @param apiUrl SLACK_API_URL; null: slack.com */
  constructor(token: string, apiUrl: string | null) {
    this.web = new WebClient(token, {
      ...(apiUrl ? { slackApiUrl: `${apiUrl}/` } : {}),
      timeout: SLACK_TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      maxRequestConcurrency: 10,
      allowAbsoluteUrls: false,
      logger: SILENT,
    });
  }

  /** @throws SlackError */
  async post(channel: string, id: string, content: SlackContent): Promise<Posted> {
    const answer = await this.call(() =>
      this.web.chat.postMessage({
        channel,
        text: content.text,
        blocks: content.blocks as never,
        metadata: { event_type: EVENT_TYPE, event_payload: { id } },
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    return { channelId: answer.channel ?? channel, ts: stampOf(answer) };
  }

  /** @throws SlackError */
  async update(channelId: string, ts: string, content: SlackContent): Promise<void> {
    const { text, blocks } = content;
    await this.call(() => this.web.chat.update({ channel: channelId, ts, text, blocks: blocks as never }));
  }

  /** A plain sentence, for the test button. @throws SlackError */
  async say(channel: string, text: string): Promise<Posted> {
    const answer = await this.call(() => this.web.chat.postMessage({ channel, text }));
    return { channelId: answer.channel ?? channel, ts: stampOf(answer) };
  }

  /**
   * Looks for our message in the channel's history since `since`. Null: it is not there.
   * @throws SlackError also when the history may not be read: then nobody knows.
   */
  async find(channel: string, id: string, since: Date): Promise<Posted | null> {
    const channelId = await this.channelId(channel);
    const oldest = ((since.getTime() - 300_000) / 1_000).toFixed(6); // their clock may be minutes behind ours
    let cursor: string | undefined;
    for (let page = 0; page < HISTORY_PAGES; page++) {
      const answer = await this.call(() =>
        this.web.conversations.history({
          channel: channelId,
          include_all_metadata: true,
          limit: 100,
          oldest,
          ...(cursor ? { cursor } : {}),
        }),
      );
      const ours = answer.messages?.find((message) => (message.metadata?.event_payload as { id?: unknown })?.id === id);
      if (ours?.ts) return { channelId, ts: ours.ts };
      cursor = answer.response_metadata?.next_cursor || undefined;
      if (!cursor) return null;
    }
    return null;
  }

  /** History wants an id; people like to write #breaches. */
  private async channelId(channel: string): Promise<string> {
    if (/^[CGD][A-Z0-9]{5,}$/.test(channel)) return channel;
    const name = channel.replace(/^#/, '');
    let cursor: string | undefined;
    for (let page = 0; page < HISTORY_PAGES; page++) {
      const types = 'public_channel,private_channel';
      const answer = await this.call(() =>
        this.web.conversations.list({ types, exclude_archived: true, limit: 1_000, ...(cursor ? { cursor } : {}) }),
      );
      const found = answer.channels?.find((known) => known.name === name || known.id === channel);
      if (found?.id) return found.id;
      cursor = answer.response_metadata?.next_cursor || undefined;
      if (!cursor) break;
    }
    return channel;
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new SlackError(troubleOf(error), error);
    }
  }
}

/** A yes that names no message may be anybody's: Slack is asked, as after no answer at all. */
function stampOf({ ts }: { ts?: unknown }): string {
  if (typeof ts === 'string' && ts !== '') return ts;
  const words = 'Slack did not say which message it took';
  throw new SlackError({ ambiguous: true, retryAfterMs: null, configuration: false, refused: false, words }, null);
}

/** Errors of Slack that a person has to cure (channels.md 10.2), in words that say how. */
const CURES: Record<string, string> = {
  channel_not_found: 'There is no such channel, or the app is not in it: check the name or invite the app',
  not_in_channel: 'The app is not in this channel: invite it there',
  is_archived: 'The channel is archived: choose another one',
  invalid_auth: 'The bot token is not valid: paste the one that starts with xoxb- again',
  not_authed: 'The bot token is missing: paste the one that starts with xoxb-',
  account_inactive: 'The bot token belongs to a removed app or person: install the app again',
  token_revoked: 'The bot token was revoked: install the app again and paste the new one',
  token_expired: 'The bot token has expired: paste a new one',
  missing_scope: 'The app lacks a permission: it needs chat:write and channels:history (groups:history if private)',
};
/** Slack's own trouble: it may have happened all the same. */
const UNCLEAR = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);
/** The connection never stood, so nothing was said. */
const NEVER_SAID = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Slack counts its limits by the minute (docs.slack.dev, rate limits): who asks for more than this does not mean it. */
const LONGEST_WAIT_S = 900;

const waitMs = (seconds: number): number => Math.min(Math.max(1, seconds || 1), LONGEST_WAIT_S) * 1_000;

export function troubleOf(error: unknown): SlackTrouble {
  const plain = { ambiguous: false, retryAfterMs: null, configuration: false, refused: false };
  if (error instanceof WebAPIRateLimitedError) {
    const words = `Slack asked us to wait ${error.retryAfter} s`;
    return { ...plain, retryAfterMs: waitMs(error.retryAfter), words };
  }
  if (error instanceof WebAPIPlatformError) {
    const said = cleanText(String(error.data.error)).slice(0, 200);
    const cure = CURES[said];
    return {
      ...plain,
      ambiguous: UNCLEAR.has(said),
      configuration: cure !== undefined,
      refused: cure === undefined && !UNCLEAR.has(said) && said !== 'ratelimited',
      words: `Slack said ${said}${cure ? `. ${cure}` : ''}`,
    };
  }
  if (error instanceof WebAPIHTTPError) {
    const wait = error.statusCode === 429 ? waitMs(Number(error.headers['retry-after'])) : null;
    return {
      ...plain,
      ambiguous: error.statusCode >= 500,
      retryAfterMs: wait,
      words: `Slack answered ${error.statusCode}`,
    };
  }
  const origin = error instanceof WebAPIRequestError ? error.original : (error as Error);
  const code = String((origin.cause as { code?: unknown } | undefined)?.code ?? '');
  if (NEVER_SAID.test(code)) return { ...plain, words: `Slack could not be reached (${code})` };
  return { ...plain, ambiguous: true, words: `Slack did not answer (${code || origin.name})` };
}

const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => 'error' as never,
  setName: () => undefined,
};
