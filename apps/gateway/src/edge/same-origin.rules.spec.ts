import { comesFromElsewhere, type OriginFacts } from './same-origin.rules.js';

const PUBLIC = 'https://desk.shop.test';
const post = (facts: Partial<OriginFacts>): OriginFacts => ({
  method: 'POST',
  path: '/api/v1/people',
  host: 'desk.shop.test',
  origin: undefined,
  referer: undefined,
  fetchSite: undefined,
  hasBearer: false,
  hasSession: true,
  ...facts,
});

describe('G3 a change with a cookie has to come from our own pages', () => {
  it.each<[string, boolean, Partial<OriginFacts>]>([
    ['our origin', false, { origin: PUBLIC }],
    ['the host that was called', false, { origin: 'http://10.0.0.5:3000', host: '10.0.0.5:3000' }],
    ['the browser says same-origin', false, { fetchSite: 'same-origin' }],
    ['typed into the address bar', false, { fetchSite: 'none' }],
    ['our page as referer', false, { referer: `${PUBLIC}/settings/people` }],
    ['no evidence at all', true, {}],
    ['another site', true, { origin: 'https://evil.test' }],
    ['the browser says cross-site, the origin header is ours', true, { fetchSite: 'cross-site', origin: PUBLIC }],
    ['a sibling host', true, { fetchSite: 'same-site' }],
    ['an opaque origin', true, { origin: 'null' }],
    ['our name as a prefix', true, { origin: 'https://desk.shop.test.evil.test' }],
    ['our name in the path', true, { referer: 'https://evil.test/https://desk.shop.test' }],
    ['our name as user', true, { origin: 'https://desk.shop.test@evil.test' }],
    ['reading', false, { method: 'GET', origin: 'https://evil.test' }],
    ['a bearer token', false, { hasBearer: true, origin: 'https://evil.test' }],
    ['a webhook', false, { path: '/webhooks/sms/x', origin: 'https://evil.test' }],
    ['signing in from a script', false, { path: '/api/v1/session', hasSession: false }],
    ['signing in from another site', true, { path: '/api/v1/session', hasSession: false, origin: 'https://evil.test' }],
  ])('%s -> refused: %s', (_, refused, facts) => {
    expect(comesFromElsewhere(post(facts), PUBLIC)).toBe(refused);
  });
});
