import { DELIVERY_WORDS, type AttachmentRef, type OutboundReply } from '#contracts';
import type { ChannelAccount, SendContext, Sender, Sent } from '../connector.js';
import { ChannelError } from '../connector.js';
import type { GraphError } from './errors.js';
import { explainGraph, TOO_LATE_CODE } from './errors.js';
import { METADATA_PREFIX } from './events.js';

const GRAPH = 'https://graph.facebook.com';
const VERSION = 'v21.0';
const MAX_TEXT = 2_000;
const MAX_FILE_MB = 25;

/** Meta has no way to ask whether something was sent; the echo of a lost send names its delivery in `metadata`. */
export const send: Sender = {
  async send(reply, channel, context): Promise<Sent> {
    const to = recipient(reply);
    const graph = new Graph(channel, context, reply.human === true);
    // Uploading shows the customer nothing, so whatever fails here has sent nothing.
    const uploads: { name: string; id: string }[] = [];
    for (const file of reply.attachments) uploads.push({ name: file.name, id: await graph.upload(file) });
    const metadata = METADATA_PREFIX + reply.deliveryId;
    let first: string | null = null;
    if (reply.text.trim() !== '') first = await graph.message(to, { text: reply.text, metadata });
    for (const { name, id } of uploads) {
      const message = { attachment: { type: 'file', payload: { attachment_id: id } }, metadata };
      first = first === null ? await graph.message(to, message) : await follow(graph, to, message, { name, first });
    }
    return { providerId: first, state: 'sent' };
  },
};

async function follow(
  graph: Graph,
  to: string,
  message: object,
  { name, first }: { name: string; first: string },
): Promise<string> {
  try {
    await graph.message(to, message);
    return first;
  } catch (error) {
    const words = error instanceof ChannelError ? error.reason : 'unknown trouble';
    throw new ChannelError('delivery', `${DELIVERY_WORDS.meta_file_lost}: ${name}: ${words}`, {
      ambiguous: true,
      cause: error,
    });
  }
}

function recipient(reply: OutboundReply): string {
  const to = reply.to[0]?.address;
  if (!to) throw new ChannelError('delivery', DELIVERY_WORDS.no_recipient);
  if (reply.text.trim() === '' && reply.attachments.length === 0)
    throw new ChannelError('delivery', DELIVERY_WORDS.meta_empty);
  if (reply.text.length > MAX_TEXT) {
    throw new ChannelError('delivery', DELIVERY_WORDS.meta_too_long);
  }
  const large = reply.attachments.find((file) => file.size > MAX_FILE_MB * 1_000_000);
  if (large) {
    throw new ChannelError('delivery', `${DELIVERY_WORDS.meta_file_too_large}: ${large.name} (${MAX_FILE_MB} MB)`);
  }
  return to;
}

class Graph {
  private readonly base: string;
  private readonly token: string;

  constructor(
    channel: ChannelAccount,
    private readonly context: SendContext,
    private readonly human: boolean,
  ) {
    const token = channel.secrets[0]?.['pageAccessToken'];
    if (!token) throw new ChannelError('delivery', DELIVERY_WORDS.meta_no_token);
    this.token = token;
    this.base = `${(context.endpoints.metaGraphUrl ?? GRAPH).replace(/\/+$/, '')}/${VERSION}/me`;
  }

  /** The message's mid. A refusal for being late was decided before sending, so the second way is no second copy. */
  async message(to: string, message: object): Promise<string> {
    try {
      return await this.say(to, message, { messaging_type: 'RESPONSE' });
    } catch (error) {
      const late = error instanceof ChannelError && error.providerCode === TOO_LATE_CODE;
      if (!late || !this.human) throw error;
      return this.say(to, message, { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }).catch((second: unknown) => {
        // without the permission Meta speaks of the tag; what the agent has to know is that it is too late
        throw second instanceof ChannelError && !second.retryable && !second.ambiguous ? error : second;
      });
    }
  }

  private async say(to: string, message: object, how: object): Promise<string> {
    const body = JSON.stringify({ recipient: { id: to }, ...how, message });
    const answer = await this.post('messages', body, { 'content-type': 'application/json' });
    const mid = answer['message_id'];
    if (typeof mid === 'string' && mid !== '') return mid;
    throw new ChannelError('delivery', DELIVERY_WORDS.meta_no_word, {
      retryable: true,
      ambiguous: true,
    });
  }

  async upload(file: AttachmentRef): Promise<string> {
    const form = new FormData();
    form.set('message', JSON.stringify({ attachment: { type: 'file', payload: { is_reusable: false } } }));
    form.set(
      'filedata',
      new Blob([new Uint8Array(await this.context.readBlob(file.sha256))], { type: file.contentType }),
      file.name,
    );
    const id = (await this.post('message_attachments', form, {}))['attachment_id'];
    if (typeof id === 'string' && id !== '') return id;
    throw new ChannelError('delivery', `${DELIVERY_WORDS.meta_file_refused}: ${file.name}`, { retryable: true });
  }

  /** The token goes in a header: URLs end up in logs. */
  private async post(
    path: string,
    body: string | FormData,
    headers: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    let response: Response;
    let answer: { error?: GraphError } & Record<string, unknown>;
    try {
      response = await fetch(`${this.base}/${path}`, {
        method: 'POST',
        body,
        headers: { ...headers, authorization: `Bearer ${this.token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(this.context.timeoutMs),
      });
      answer = ((await response.json().catch(() => ({}))) ?? {}) as typeof answer;
    } catch (error) {
      throw unreachable(error);
    }
    if (!response.ok || answer.error) throw explainGraph(response.status, answer.error ?? {});
    return answer;
  }
}

function unreachable(error: unknown): ChannelError {
  const code = (error as { cause?: { code?: string } }).cause?.code ?? null;
  const never = code !== null && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code);
  const reason = never ? DELIVERY_WORDS.meta_unreachable : DELIVERY_WORDS.meta_broke_off;
  return new ChannelError('delivery', reason, { retryable: true, ambiguous: !never, providerCode: code, cause: error });
}
