import { createHmac } from 'node:crypto';
import { sameSecret } from '#kernel';
import type { ChannelAccount, RawRequest } from '../connector.js';
import { unauthenticated } from '../connector.js';

/** @throws ChannelError unauthenticated */
export function verifyMeta(request: RawRequest, channel: ChannelAccount): void {
  const genuine =
    request.method === 'GET'
      ? channel.secrets.some((set) => isSubscription(request, set['verifyToken']))
      : channel.secrets.some((set) => isSigned(request, set['appSecret']));
  if (!genuine) throw unauthenticated();
}

export function queryOf(request: RawRequest): URLSearchParams {
  return new URLSearchParams(request.originalUrl.split('#')[0]!.split('?')[1] ?? '');
}

function isSubscription(request: RawRequest, token: string | undefined): boolean {
  const query = queryOf(request);
  return query.get('hub.mode') === 'subscribe' && sameSecret(query.get('hub.verify_token'), token);
}

/** Over the raw bytes: Meta escapes letters and emoji in its own way, which no serialiser reproduces. */
function isSigned(request: RawRequest, secret: string | undefined): boolean {
  const header = request.headers['x-hub-signature-256'];
  // The pattern first: decoding hex stops silently at the first character that is none.
  if (!secret || typeof header !== 'string' || !/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  return sameSecret(header.slice(7), createHmac('sha256', secret).update(request.rawBody).digest('hex'));
}
