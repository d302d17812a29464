import { createHmac } from 'node:crypto';
import { DELIVERY_WORDS, type OutboundReply } from '#contracts';
import { post, UnreachableError } from '#egress';
import { DomainError } from '#kernel';
import type { ChannelAccount, SendContext, Sender, Sent } from '../connector.js';
import { ChannelError } from '../connector.js';

export const send: Sender = {
  async send(reply, channel, context): Promise<Sent> {
    const url = channel.config['replyUrl'];
    if (typeof url !== 'string' || url === '') {
      throw new ChannelError('delivery', DELIVERY_WORDS.custom_no_address);
    }
    const body = JSON.stringify(await payload(reply, context));
    const response = await call(url, body, headers(reply, channel, body), context);
    const answer = response.text.slice(0, 10_000);
    if (response.status >= 200 && response.status < 300) return { providerId: idIn(answer), state: 'sent' };
    throw new ChannelError('delivery', `${DELIVERY_WORDS.custom_answered} ${response.status}: ${firstWords(answer)}`, {
      retryable: response.status >= 500 || response.status === 429 || response.status === 408,
      providerCode: String(response.status),
    });
  },
};

async function payload(reply: OutboundReply, context: SendContext): Promise<object> {
  const attachments = await Promise.all(
    reply.attachments.map(async ({ name, contentType, size, sha256 }) => ({
      name,
      contentType,
      size,
      content: (await context.readBlob(sha256)).toString('base64'),
    })),
  );
  const { deliveryId, messageId, conversationId, channelId, to, subject, text, html } = reply;
  return { deliveryId, messageId, conversationId, channelId, to, subject, text, html, attachments };
}

/** The same delivery carries the same key on every attempt, so that a receiver can drop the second copy. */
function headers(reply: OutboundReply, channel: ChannelAccount, body: string): Record<string, string> {
  const secret = channel.secrets[0]?.['signingSecret'];
  const signature: Record<string, string> = secret
    ? { 'x-kairos-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
    : {};
  return { 'content-type': 'application/json', 'idempotency-key': reply.deliveryId, ...signature };
}

async function call(url: string, body: string, head: Record<string, string>, context: SendContext) {
  try {
    const { timeoutMs, egress } = context;
    return await post({ url, body, headers: head, timeoutMs, policy: egress });
  } catch (error) {
    if (error instanceof DomainError)
      throw new ChannelError('delivery', `${DELIVERY_WORDS.custom_refused}: ${error.message}`);
    if (!(error instanceof UnreachableError)) throw error;
    const reason = error.sent ? DELIVERY_WORDS.custom_silent : DELIVERY_WORDS.custom_unreachable;
    throw new ChannelError('delivery', reason, {
      retryable: true,
      ambiguous: error.sent,
      providerCode: error.code,
      cause: error,
    });
  }
}

function idIn(answer: string): string | null {
  try {
    const { id } = JSON.parse(answer) as { id?: unknown };
    return typeof id === 'string' && id.length <= 500 ? id : null;
  } catch {
    return null;
  }
}

function firstWords(answer: string): string {
  return answer.replace(/\s+/g, ' ').trim().slice(0, 200) || 'no words';
}
