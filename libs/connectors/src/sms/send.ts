import twilio from 'twilio';
import { DELIVERY_WORDS, type OutboundReply } from '#contracts';
import { baseUrl } from '../config.rules.js';
import type { ChannelAccount, SendContext, Sender, Sent } from '../connector.js';
import { ChannelError } from '../connector.js';
import { isDiallable } from './description.js';
import { wordsFor } from './errors.js';

type TwilioClient = ReturnType<typeof twilio>;
type HttpClient = InstanceType<typeof twilio.RequestClient>;

const MAX_TEXT = 1_600;
/** Twilio's stamps are whole seconds and its clock is not ours. */
const LOOKUP_SLACK_MS = 60_000;

/** Twilio's own client, pointed at another host (a test stand-in, a proxy) when one is configured. */
class TwilioHttp extends twilio.RequestClient {
  constructor(
    private readonly base: string | undefined,
    timeoutMs: number,
  ) {
    super({ timeout: timeoutMs });
  }

  override request: HttpClient['request'] = (options) => {
    if (!this.base) return super.request(options);
    const url = new URL(options.uri);
    return super.request({ ...options, uri: this.base.replace(/\/+$/, '') + url.pathname + url.search });
  };
}

export const send: Sender = {
  async send(reply, channel, context): Promise<Sent> {
    const to = recipient(reply);
    const client = clientFor(channel, context);
    try {
      const message = await client.messages.create({
        to,
        from: channel.address,
        body: reply.text,
        // The fragment asks Twilio to repeat a callback that we answer with an error; it is not signed.
        statusCallback: `${baseUrl(channel.config, context.publicUrl)}/webhooks/sms/${channel.id}/status?d=${encodeURIComponent(reply.deliveryId)}#rc=5&rp=all`,
      });
      const { sid, status } = message as { sid?: unknown; status: string };
      if (typeof sid === 'string' && sid !== '')
        return { providerId: sid, state: status === 'sent' ? 'sent' : 'queued' };
      throw new ChannelError('delivery', DELIVERY_WORDS.twilio_no_word, { retryable: true, ambiguous: true });
    } catch (error) {
      throw explain(error as TwilioFailure);
    }
  },

  /** The same words to the same number since the attempt began. Twilio knows no idempotency key for messages. */
  async lookup(reply, channel, context, startedAt) {
    const client = clientFor(channel, context);
    const since = startedAt.getTime() - LOOKUP_SLACK_MS;
    try {
      const messages = await client.messages.list({ to: recipient(reply), from: channel.address, limit: 100 });
      const found = messages.find(
        (message) =>
          message.body === reply.text &&
          message.direction.startsWith('outbound') &&
          (message.dateCreated ?? message.dateSent).getTime() >= since,
      );
      return { found: found ? { providerId: found.sid, state: 'queued' } : null };
    } catch (error) {
      throw explain(error as TwilioFailure);
    }
  },
};

function recipient(reply: OutboundReply): string {
  const to = reply.to[0]?.address;
  if (!to) throw new ChannelError('delivery', DELIVERY_WORDS.no_recipient);
  if (!isDiallable(to))
    throw new ChannelError('delivery', `${DELIVERY_WORDS.sms_no_number} (${to})`, { providerCode: '21211' });
  if (reply.attachments.length > 0) throw new ChannelError('delivery', DELIVERY_WORDS.sms_no_files);
  if (reply.text.trim() === '') throw new ChannelError('delivery', DELIVERY_WORDS.sms_empty);
  if (reply.text.length > MAX_TEXT) {
    throw new ChannelError('delivery', DELIVERY_WORDS.sms_too_long, {
      providerCode: '21617',
    });
  }
  return to;
}

function clientFor(channel: ChannelAccount, { endpoints, timeoutMs }: SendContext): TwilioClient {
  const sid = channel.config['accountSid'];
  const token = channel.secrets[0]?.['authToken'];
  if (typeof sid !== 'string' || !token) throw new ChannelError('delivery', DELIVERY_WORDS.twilio_no_account);
  return twilio(sid, token, { httpClient: new TwilioHttp(endpoints.twilioApiUrl, timeoutMs) });
}

interface TwilioFailure extends Error {
  status?: number;
  code?: number | string;
}

/** Before a connection stood, nothing was sent; afterwards nobody knows without asking. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function explain(error: TwilioFailure): ChannelError {
  if (error instanceof ChannelError) return error;
  const code = error.code === undefined ? null : String(error.code);
  const status = error.status;
  if (status === undefined) {
    const never = code !== null && NEVER_CONNECTED.has(code);
    const reason = never ? DELIVERY_WORDS.twilio_unreachable : DELIVERY_WORDS.twilio_broke_off;
    return new ChannelError('delivery', reason, {
      retryable: true,
      ambiguous: !never,
      providerCode: code,
      cause: error,
    });
  }
  // without a code of Twilio's it was somebody before it who answered, and the client says so in its own words
  const said = code === null ? `${DELIVERY_WORDS.twilio_status} ${status}.` : wordsFor(code, error.message);
  const reason = status === 401 ? wordsFor('20003', null) : said;
  return new ChannelError('delivery', reason, {
    retryable: status === 429 || status >= 500,
    ambiguous: status >= 500,
    providerCode: code ?? String(status),
    cause: error,
  });
}
