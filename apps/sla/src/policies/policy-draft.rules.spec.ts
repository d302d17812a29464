import { DomainError } from '#kernel';
import { defaultPolicies } from './default-policies.rules.js';
import { defaultRank, readPolicyDraft } from './policy-draft.rules.js';

const GOOD = { name: 'Fast', targets: [{ kind: 'first_response', target: 'PT3S' }] };
const faultsOf = (body: unknown): string[] => {
  try {
    readPolicyDraft(body);
    return [];
  } catch (error) {
    return (
      ((error as DomainError).details['errors'] as { path: string }[] | undefined)?.map(({ path }) => path) ?? [
        (error as DomainError).code,
      ]
    );
  }
};

describe('a policy as a manager writes it', () => {
  it('takes defaults for what is left out', () => {
    expect(readPolicyDraft(GOOD)).toMatchObject({
      ...{ rank: 900, replace: false, enabled: true, scope: {}, warnAt: [0.5, 0.8] },
    });
    expect(readPolicyDraft(GOOD).chain).toHaveLength(4);
  });

  it('accepts every built-in policy as it is served', () => {
    for (const policy of defaultPolicies()) expect(faultsOf(JSON.parse(JSON.stringify(policy)))).toEqual([]);
  });

  it('ranks a new policy by how much it is about, category before tier before priority before channel', () => {
    const any = ['x'];
    const ranks = [
      { categories: any, tiers: any },
      { categories: any },
      { tiers: any },
      { priorities: any },
      { channelKinds: any },
      {},
    ].map(defaultRank);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it.each([
    [null, ['']],
    ['policy', ['']],
    [{ ...GOOD, name: 7 }, ['name']],
    [{ ...GOOD, rank: -1 }, ['rank']],
    [{ ...GOOD, replace: 'yes' }, ['replace']],
    [{ ...GOOD, scope: [] }, ['scope']],
    [{ ...GOOD, scope: JSON.parse('{"__proto__": ["sms"]}') }, ['scope.__proto__']],
    [{ ...GOOD, scope: { constructor: [] } }, ['scope.constructor']],
    [{ ...GOOD, targets: [] }, ['targets']],
    [{ ...GOOD, targets: [{ kind: 'first_response', target: '2 hours' }] }, ['targets.0.target']],
    [{ ...GOOD, targets: [{ kind: 'first_response', target: 'PT0S' }] }, ['targets.0.target']],
    [{ ...GOOD, targets: [...GOOD.targets, ...GOOD.targets] }, ['targets.1.kind']],
    [{ ...GOOD, targets: [{ kind: 'callback', target: 'PT2H' }] }, ['targets.0.kind']],
    [
      { ...GOOD, targets: [{ kind: 'first_response', target: 'PT2H', basis: 'business' }] },
      ['calendars_not_available'],
    ],
    [{ ...GOOD, warnAt: [1] }, ['warnAt']],
    [{ ...GOOD, chain: [{ at: { fraction: 0.8, overdue: 'PT1S' }, to: 'slack' }] }, ['chain.0.at']],
    [{ ...GOOD, chain: [{ at: { overdue: 'PT1S' }, to: { destinationId: 4 } }] }, ['chain.0.to']],
  ])('refuses %j, naming the place', (body, paths) => {
    expect(faultsOf(body)).toEqual(paths);
  });
});
