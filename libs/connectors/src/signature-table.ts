import { createHmac } from 'node:crypto';
import type { ChannelKind } from '#contracts';
import type { ChannelAccount, RawRequest } from './connector.js';

export const PUBLIC_URL = 'https://kairos.example';

export interface Provider {
  path: string;
  secretField: string;
  config: Record<string, unknown>;
  contentType: string;
  body: string;
  /** The same content in other bytes; null where the provider signs content rather than bytes. */
  reserialised: string | null;
  reordered: string | null;
  repeated: string | null;
  headerName: string;
  sign(secret: string, url: string, body: string): string;
}

const form = 'MessageSid=SM1&From=%2B15005550006&To=%2B15005550001&Body=a%26b+%C3%A9+%F0%9F%98%80';
const json =
  '{"object":"page","entry":[{"messaging":[{"sender":{"id":"1"},"message":{"mid":"m1","text":"caf\\u00e9 😀"}}]}]}';

function twilioSignature(secret: string, url: string, body: string): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(body)) values.set(name, (values.get(name) ?? new Set()).add(value));
  const text = [...values.keys()].sort().map((name) =>
    [...values.get(name)!]
      .sort()
      .map((value) => name + value)
      .join(''),
  );
  return createHmac('sha1', secret)
    .update(url + text.join(''))
    .digest('base64');
}

/** One row for each kind that comes in by webhook; a kind without a row fails below. */
export const PROVIDERS: Partial<Record<ChannelKind, Provider>> = {
  sms: {
    path: '/webhooks/sms/ch_1',
    secretField: 'authToken',
    config: { phoneNumber: '+15005550001', accountSid: 'AC1' },
    contentType: 'application/x-www-form-urlencoded',
    body: form,
    reserialised: null,
    reordered: form.split('&').reverse().join('&'),
    repeated: `${form}&Extra=2&Extra=1&Extra=2`,
    headerName: 'x-twilio-signature',
    sign: twilioSignature,
  },
  messenger: {
    path: '/webhooks/messenger/ch_1',
    secretField: 'appSecret',
    config: { pageId: '9' },
    contentType: 'application/json',
    body: json,
    reserialised: JSON.stringify(JSON.parse(json)),
    reordered: null,
    repeated: null,
    headerName: 'x-hub-signature-256',
    sign: (secret, _url, body) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  },
};

export function account(kind: ChannelKind, provider: Provider, secrets: string[]): ChannelAccount {
  return {
    id: 'ch_1',
    kind,
    name: 'test',
    address: '',
    config: provider.config,
    secrets: secrets.map((secret) => ({ [provider.secretField]: secret })),
  };
}

export function requestFor(
  provider: Provider,
  overrides: { body?: string; signature?: string | null; secret?: string; headers?: object } = {},
): RawRequest {
  const body = overrides.body ?? provider.body;
  const signature =
    overrides.signature === undefined
      ? provider.sign(overrides.secret ?? 's3cret', PUBLIC_URL + provider.path, body)
      : overrides.signature;
  return {
    method: 'POST',
    originalUrl: provider.path,
    headers: {
      'content-type': provider.contentType,
      ...(signature === null ? {} : { [provider.headerName]: signature }),
      ...overrides.headers,
    },
    rawBody: Buffer.from(body),
    receivedAt: new Date('2026-11-20T10:00:00Z'),
    publicUrl: PUBLIC_URL,
  };
}
