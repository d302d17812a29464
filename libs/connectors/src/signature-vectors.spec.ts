import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ChannelKind } from '#contracts';
import type { RawRequest } from './connector.js';
import { ChannelError } from './connector.js';
import { connectors } from './registry.js';
import { account, PROVIDERS, PUBLIC_URL, requestFor } from './signature-table.js';

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
