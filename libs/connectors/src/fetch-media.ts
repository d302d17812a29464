import type { MediaContext } from './connector.js';
import { ChannelError } from './connector.js';

export interface MediaRequest {
  url: string;
  /** Sent to the first host only; a redirect leads to a CDN that must not see credentials (security.md C5). */
  headers: Record<string, string>;
  /** Is this one of the provider's own hosts? Every hop is asked. */
  allows(url: URL): boolean;
}

const MAX_HOPS = 4;

/** @throws ChannelError delivery */
export async function fetchMedia(request: MediaRequest, context: MediaContext): Promise<Buffer> {
  const signal = AbortSignal.timeout(context.timeoutMs);
  let url = request.url;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const target = URL.canParse(url) ? new URL(url) : null;
    if (!target || !request.allows(target)) {
      throw new ChannelError(
        'delivery',
        'The provider named a file on a host that is not its own; it was not fetched.',
      );
    }
    const response = await open(target, hop === 0 ? request.headers : {}, signal);
    const next = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && next) {
      await response.body?.cancel();
      url = new URL(next, target).toString();
      continue;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new ChannelError('delivery', `The provider answered ${response.status} for the file.`, {
        retryable: response.status >= 500 || response.status === 429 || response.status === 404,
        providerCode: String(response.status),
      });
    }
    return readBounded(response, context.maxBytes);
  }
  throw new ChannelError('delivery', 'The file was redirected too often.');
}

async function open(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'manual', signal });
  } catch (error) {
    throw new ChannelError('delivery', 'The provider’s file could not be fetched.', { retryable: true, cause: error });
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += (chunk as Uint8Array).byteLength;
      if (size > maxBytes)
        throw new ChannelError('delivery', `The file is larger than ${Math.floor(maxBytes / 1_000_000)} MB.`);
      chunks.push(chunk as Uint8Array);
    }
  } catch (error) {
    if (error instanceof ChannelError) throw error;
    throw new ChannelError('delivery', 'The provider’s file broke off.', { retryable: true, cause: error });
  }
  return Buffer.concat(chunks);
}

/** https on one of the domains or below it, or the very host that a configured endpoint names. */
export function onHosts(domains: string[], endpoint: string | undefined): (url: URL) => boolean {
  const configured = endpoint && URL.canParse(endpoint) ? new URL(endpoint).host : null;
  return (url) => {
    if (url.username !== '' || url.password !== '') return false;
    if (configured !== null && url.host === configured) return true;
    return (
      url.protocol === 'https:' &&
      url.port === '' &&
      domains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`))
    );
  };
}
