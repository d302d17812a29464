import type { RawRequest } from './connector.js';
import { ChannelError } from './connector.js';
import { connectors } from './registry.js';
import { account, PROVIDERS, PUBLIC_URL, requestFor } from './signature-table.js';

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

    it('decides about 10 MB in good time, whoever sends them', () => {
      const body = `${provider.body.slice(0, -1)}${'x'.repeat(10_000_000)}${provider.body.at(-1)}`;
      const request = requestFor(provider, { body });
      const started = process.cpuUsage();
      if (kind === 'sms') {
        // Nobody signs that much for Twilio: refused unread, before a signature is computed.
        expect(() => webhooks!.verify(request, account(kind, provider, ['s3cret']))).toThrow(
          expect.objectContaining({ code: 'malformed' }) as Error,
        );
      } else expect(verdict(request)).toBe('accepted');
      // CPU time: a busy machine is no fault of ours.
      expect(process.cpuUsage(started).user / 1_000).toBeLessThan(3_000);
    });
  },
);
