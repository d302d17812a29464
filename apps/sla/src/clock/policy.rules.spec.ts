import fc from 'fast-check';
import type { PolicyView } from '#contracts';
import { compete, type PolicyFacts, ranked, winnerOf } from './policy.rules.js';

const NINE = new Date('2026-11-20T09:00:00.000Z');
let next = 0;
function policy(name: string, target: string, over: Partial<PolicyView> = {}): PolicyView {
  const targets = [{ kind: 'first_response' as const, target, basis: 'clock' as const }];
  const id = `00000000-0000-7000-8000-${String(++next).padStart(12, '0')}`;
  return {
    id,
    version: 1,
    name,
    rank: next,
    replace: false,
    scope: {},
    targets,
    warnAt: [],
    chain: [],
    enabled: true,
    ...over,
  };
}
const email: PolicyFacts = {
  channelKind: 'email',
  slaKind: 'email',
  priority: 'normal',
  category: null,
  tier: null,
  teamId: null,
};
const list = (...policies: PolicyView[]) => ({ version: 1, policies: ranked(policies) });
const verdicts = (policies: PolicyView[], facts = email) =>
  Object.fromEntries(
    compete(list(...policies), facts, 'first_response', NINE).map(({ policy: { name }, verdict }) => [name, verdict]),
  );

describe('which policy applies', () => {
  const mail = policy('email 24 h', 'PT24H', { rank: 1000, scope: { channelKinds: ['email'] } });
  const outage = policy('outage 1 h', 'PT1H', { rank: 20, scope: { categories: ['outage'] } });
  const vip = policy('VIP 30 min', 'PT30M', { rank: 30, scope: { tiers: ['vip'] } });
  const low = policy('low 48 h', 'PT48H', { rank: 25, replace: true, scope: { priorities: ['low'] } });

  it('S21, S22 the earliest deadline of all that match wins, whatever its rank', () => {
    expect(verdicts([mail, outage, vip])).toEqual({
      'email 24 h': 'won',
      'outage 1 h': 'no_match',
      'VIP 30 min': 'no_match',
    });
    expect(verdicts([mail, outage, vip], { ...email, category: 'outage' })).toMatchObject({
      'outage 1 h': 'won',
      'email 24 h': 'later',
    });
    expect(verdicts([mail, outage, vip], { ...email, category: 'outage', tier: 'vip' })).toMatchObject({
      'VIP 30 min': 'won',
      'outage 1 h': 'later',
    });
  });

  it('S23 a policy marked replace loosens what is ranked below it, never what stands above', () => {
    const facts = { ...email, priority: 'low' };
    expect(verdicts([mail, low], facts)).toEqual({ 'low 48 h': 'won', 'email 24 h': 'replaced' });
    expect(verdicts([mail, low, outage], { ...facts, category: 'outage' })).toMatchObject({ 'outage 1 h': 'won' });
    const below = { ...outage, rank: 26 };
    expect(verdicts([mail, low, below], { ...facts, category: 'outage' })).toMatchObject({
      'low 48 h': 'won',
      'outage 1 h': 'replaced',
    });
  });

  it('gives a tie to the one ranked first, and among equal ranks always to the same one', () => {
    const first = policy('first', 'PT1H', { rank: 1 });
    const second = policy('second', 'PT60M', { rank: 1 });
    expect(verdicts([second, first])).toEqual({ first: 'won', second: 'later' });
    expect(verdicts([first, { ...second, rank: 0 }])).toEqual({ second: 'won', first: 'later' });
  });

  it('knows channels by kind and by SLA kind', () => {
    const social = policy('social', 'PT4H', { scope: { channelKinds: ['social'] } });
    const messenger = policy('messenger', 'PT1H', { scope: { channelKinds: ['messenger'] } });
    expect(verdicts([social, messenger], { ...email, channelKind: 'messenger', slaKind: 'social' })).toEqual({
      messenger: 'won',
      social: 'later',
    });
    expect(verdicts([social, messenger], { ...email, channelKind: 'custom', slaKind: 'social' })).toEqual({
      messenger: 'no_match',
      social: 'won',
    });
  });

  it('leaves out what is switched off, and what sets no target of this kind; then nobody promised anything', () => {
    const off = { ...mail, enabled: false };
    const other = policy('other', 'PT1H', { targets: [{ kind: 'next_response', target: 'PT1H', basis: 'clock' }] });
    expect(verdicts([off, other])).toEqual({ 'email 24 h': 'off', other: 'no_target' });
    expect(winnerOf(list(off, other), email, 'first_response', NINE)).toBeNull();
  });

  it('names the winner without the losers as the whole contest does', () => {
    const any = fc.record({
      target: fc.constantFrom('PT1H', 'PT2H', 'PT24H'),
      rank: fc.integer({ min: 1, max: 5 }),
      replace: fc.boolean(),
      enabled: fc.boolean(),
      priorities: fc.constantFrom<string[]>([], ['normal'], ['low']),
      kind: fc.constantFrom('first_response' as const, 'next_response' as const),
    });
    const property = fc.property(fc.array(any, { maxLength: 6 }), (drafts) => {
      const all = list(
        ...drafts.map(({ target, kind, priorities, ...over }) => {
          const targets = [{ kind, target, basis: 'clock' as const }];
          return policy(target, target, { ...over, targets, scope: { priorities } });
        }),
      );
      const won = compete(all, email, 'first_response', NINE).find(({ verdict }) => verdict === 'won');
      const winner = won && { policy: won.policy, targetSeconds: won.targetSeconds, deadlineAt: won.deadlineAt };
      expect(winnerOf(all, email, 'first_response', NINE)).toEqual(winner ?? null);
    });
    fc.assert(property, { seed: 20261120 });
  });
});
