import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ChannelKind } from '#contracts';
import type { ChannelAccount, RawRequest } from './connector.js';
import { ChannelError } from './connector.js';
import { connectors } from './registry.js';

const PUBLIC_URL = 'https://kairos.example';

interface Provider {
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
const PROVIDERS: Partial<Record<ChannelKind, Provider>> = {
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

function account(kind: ChannelKind, provider: Provider, secrets: string[]): ChannelAccount {
  return {
    id: 'ch_1',
    kind,
    name: 'test',
    address: '',
    config: provider.config,
    secrets: secrets.map((secret) => ({ [provider.secretField]: secret })),
  };
}

function requestFor(
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

describe.each(Object.values(connectors).filter((connector) => connector.webhooks))(
  'the signature of $description.kind',
  ({ description, webhooks }) => {
    const kind = description.kind;
    const provider = PROVIDERS[kind]!;
    const verdict = (request: RawRequest, secrets = ['s3cret'], config?: Record<string, unknown>) => {
      const channel = account(kind, provider, secrets);
      try {
        webhooks!.verify(request, config ? { ...channel, config: { ...channel.config, ...config } } : channel);
        return 'accepted';
      } catch (error) {
        expect(error).toBeInstanceOf(ChannelError);
        expect((error as ChannelError).code).toBe('unauthenticated');
        return (error as ChannelError).reason;
      }
    };
    const refused = 'The signature of this request does not match this channel.';

    it('has a row in this table', () => {
      expect(provider).toBeDefined();
    });

    it('accepts what the provider signed, as often as it is delivered', () => {
      expect(verdict(requestFor(provider))).toBe('accepted');
      expect(verdict(requestFor(provider))).toBe('accepted');
      expect(webhooks!.receiptKey(requestFor(provider))).toBe(webhooks!.receiptKey(requestFor(provider)));
    });

    it('refuses one bit flipped in the body', () => {
      const request = requestFor(provider);
      request.rawBody[request.rawBody.length - 3]! ^= 1;
      expect(verdict(request)).toBe(refused);
    });

    it('refuses one letter changed in the signature, at either end', () => {
      const good = provider.sign('s3cret', PUBLIC_URL + provider.path, provider.body);
      const swap = (letter: string) => (letter === 'a' ? 'b' : 'a');
      const changed = [
        good.slice(0, 9) + swap(good[9]!) + good.slice(10),
        good.slice(0, -2) + swap(good.at(-2)!) + good.at(-1),
      ];
      for (const signature of changed) expect(verdict(requestFor(provider, { signature }))).toBe(refused);
    });

    it('refuses junk that a lenient decoder would overlook', () => {
      const good = provider.sign('s3cret', PUBLIC_URL + provider.path, provider.body);
      for (const signature of [
        `${good} `,
        ` ${good}`,
        `${good}00`,
        good.slice(0, -1),
        good.toUpperCase(),
        `${good}\u0000`,
      ]) {
        expect(verdict(requestFor(provider, { signature }))).toBe(refused);
      }
    });

    it('refuses another secret, and takes the old and the new one during a rotation', () => {
      expect(verdict(requestFor(provider, { secret: 'other' }))).toBe(refused);
      expect(verdict(requestFor(provider, { secret: 'old' }), ['new', 'old'])).toBe('accepted');
      expect(verdict(requestFor(provider, { secret: 'new' }), ['new', 'old'])).toBe('accepted');
      expect(verdict(requestFor(provider, { secret: 'older' }), ['new', 'old'])).toBe(refused);
    });

    it('refuses a missing, an empty and a doubled header', () => {
      expect(verdict(requestFor(provider, { signature: null }))).toBe(refused);
      expect(verdict(requestFor(provider, { signature: '' }))).toBe(refused);
      const good = provider.sign('s3cret', PUBLIC_URL + provider.path, provider.body);
      expect(verdict(requestFor(provider, { headers: { [provider.headerName]: [good, good] } }))).toBe(refused);
    });

    it('refuses everything while no secret is configured, also what is signed with an empty one', () => {
      expect(verdict(requestFor(provider), [])).toBe(refused);
      expect(verdict(requestFor(provider, { secret: '' }), [''])).toBe(refused);
    });

    it('goes by the bytes: content in another spelling is refused unless the provider signs content', () => {
      const signature = provider.sign('s3cret', PUBLIC_URL + provider.path, provider.body);
      if (provider.reserialised) {
        expect(provider.reserialised).not.toBe(provider.body);
        expect(verdict(requestFor(provider, { body: provider.reserialised, signature }))).toBe(refused);
      }
      if (provider.reordered)
        expect(verdict(requestFor(provider, { body: provider.reordered, signature }))).toBe('accepted');
      if (provider.repeated) expect(verdict(requestFor(provider, { body: provider.repeated }))).toBe('accepted');
    });

    it('refuses an old signature over another body', () => {
      const signature = provider.sign('s3cret', PUBLIC_URL + provider.path, provider.body);
      expect(verdict(requestFor(provider, { body: `${provider.body}&x=1`, signature }))).toBe(refused);
    });

    it('does not mind the content type, nor what a proxy says about the host', () => {
      const headers = {
        'content-type': 'text/plain',
        host: 'internal:8080',
        'x-forwarded-host': 'evil.test',
        'x-forwarded-proto': 'http',
      };
      expect(verdict(requestFor(provider, { headers }))).toBe('accepted');
    });

    it('checks 10 MB in good time', () => {
      const body = `${provider.body.slice(0, -1)}${'x'.repeat(10_000_000)}${provider.body.at(-1)}`;
      const started = performance.now();
      expect(verdict(requestFor(provider, { body }))).toBe('accepted');
      expect(performance.now() - started).toBeLessThan(3_000);
    });
  },
);

describe('the URL that Twilio signs', () => {
  const provider = PROVIDERS.sms!;
  const channel = (config: Record<string, unknown> = {}) => {
    const made = account('sms', provider, ['12345']);
    return { ...made, config: { ...made.config, ...config } };
  };
  const accepted = (signedUrl: string, request: Partial<RawRequest>, config?: Record<string, unknown>) => {
    const signature = provider.sign('12345', signedUrl, provider.body);
    const full = { ...requestFor(provider, { signature }), ...request };
    try {
      connectors.sms.webhooks!.verify(full, channel(config));
      return true;
    } catch {
      return false;
    }
  };
  const path = provider.path;

  it.each([
    ['the same', `${PUBLIC_URL}${path}`, PUBLIC_URL, true],
    ['signed without port, we know :443', `${PUBLIC_URL}${path}`, `${PUBLIC_URL}:443`, true],
    ['signed with :8443, we know none', `${PUBLIC_URL}:8443${path}`, PUBLIC_URL, false],
    ['https signed, http known', `${PUBLIC_URL}${path}`, 'http://kairos.example', false],
    ['a slash more', `${PUBLIC_URL}${path}/`, PUBLIC_URL, false],
    ['another host', `https://evil.test${path}`, PUBLIC_URL, false],
    ['another case of the host', `https://KAIROS.example${path}`, PUBLIC_URL, false],
  ])('%s', (_what, signed, known, expected) => {
    expect(accepted(signed, { publicUrl: known })).toBe(expected);
  });

  it('is built from the channel’s own public URL where one is set, and without the fragment', () => {
    expect(accepted(`https://sms.shop.test${path}`, {}, { publicUrl: 'https://sms.shop.test/' })).toBe(true);
    expect(accepted(`${PUBLIC_URL}${path}`, {}, { publicUrl: 'https://sms.shop.test' })).toBe(false);
    expect(accepted(`${PUBLIC_URL}${path}`, { originalUrl: `${path}#rc=5&rp=all` })).toBe(true);
  });

  it('covers a JSON body by its hash', () => {
    const body = '{"a":1}';
    const hash = createHash('sha256').update(body).digest('hex');
    const originalUrl = `${path}?bodySHA256=${hash}`;
    const signature = createHmac('sha1', '12345')
      .update(PUBLIC_URL + originalUrl)
      .digest('base64');
    const request = { ...requestFor(provider, { signature }), originalUrl, rawBody: Buffer.from(body) };
    const verify = (one: RawRequest) => () => connectors.sms.webhooks!.verify(one, channel());
    expect(verify(request)).not.toThrow();
    expect(verify({ ...request, rawBody: Buffer.from('{"a":2}') })).toThrow(ChannelError);
  });

  it('is not fooled by an address that cannot be read', () => {
    expect(accepted('x', { originalUrl: '/%%%', publicUrl: 'nowhere' })).toBe(false);
  });
});

describe('published vectors', () => {
  it('Twilio’s own', () => {
    const params = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+12349013030',
      Digits: '1234',
      From: '+12349013030',
      To: '+18005551212',
    };
    const request = {
      ...requestFor(PROVIDERS.sms!, { signature: '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' }),
      publicUrl: 'https://mycompany.com',
      originalUrl: '/myapp.php?foo=1&bar=2',
      rawBody: Buffer.from(new URLSearchParams(params).toString()),
    };
    expect(() => connectors.sms.webhooks!.verify(request, account('sms', PROVIDERS.sms!, ['12345']))).not.toThrow();
  });

  it('Meta over escapes and emoji, and not over the same value in other bytes', () => {
    const request = (body: string) => ({
      ...requestFor(PROVIDERS.messenger!, {
        signature: 'sha256=3e7f6fee6870df22e3c6512f57c56304e621589e8052fd3ae8ccea207251f302',
      }),
      rawBody: Buffer.from(body),
    });
    const channel = account('messenger', PROVIDERS.messenger!, ['meta-app-secret']);
    const original = '{"text":"caf\\u00e9 😀"}';
    expect(() => connectors.messenger.webhooks!.verify(request(original), channel)).not.toThrow();
    expect(() => connectors.messenger.webhooks!.verify(request(JSON.stringify(JSON.parse(original))), channel)).toThrow(
      ChannelError,
    );
  });
});

const CORPUS = '../shared/corpora/webhook-signatures.jsonl';

interface SignatureCase {
  id: string;
  provider: string;
  name: string;
  method?: string;
  url?: string;
  secret: string;
  headers: Record<string, string>;
  body: string;
  valid: boolean;
}

if (existsSync(CORPUS)) {
  const kinds: Record<string, ChannelKind> = { twilio: 'sms', meta: 'messenger' };
  const cases = readFileSync(CORPUS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SignatureCase)
    .filter((entry) => kinds[entry.provider] && entry.headers && entry.body !== undefined);
  it.each(cases)('$provider: $name ($id) is valid: $valid', (entry) => {
    const kind = kinds[entry.provider]!;
    const [, base = '', path = ''] = /^([a-z]+:\/\/[^/]+)(.*)$/.exec(entry.url ?? 'https://x.test/') ?? [];
    const request: RawRequest = {
      method: entry.method ?? 'POST',
      originalUrl: path,
      headers: Object.fromEntries(Object.entries(entry.headers).map(([name, value]) => [name.toLowerCase(), value])),
      rawBody: Buffer.from(entry.body),
      receivedAt: new Date('2026-11-20T10:00:00Z'),
      publicUrl: base,
    };
    let accepted = true;
    try {
      connectors[kind].webhooks!.verify(request, account(kind, PROVIDERS[kind]!, [entry.secret]));
    } catch {
      accepted = false;
    }
    expect(accepted).toBe(entry.valid);
  });
} else {
  it.skip(`SKIPPED: ${CORPUS} is not here, recorded signatures were not tried`, () => undefined);
}
