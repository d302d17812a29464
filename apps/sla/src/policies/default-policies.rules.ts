import type { PolicyView } from '#contracts';
import { idFrom } from '#kernel';

/** The lowest ranks: whatever a manager adds stands above them (domain.md 2.5, 2.14). */
const BOTTOM_RANK = 1000;

const DEFAULTS: { slaKind: string; name: string; target: string }[] = [
  { slaKind: 'sms', name: 'SMS', target: 'PT2H' },
  { slaKind: 'social', name: 'Social', target: 'PT4H' },
  { slaKind: 'email', name: 'Email', target: 'PT24H' },
  { slaKind: 'webchat', name: 'Web chat', target: 'PT2H' },
];

export const DEFAULT_WARNINGS = [0.5, 0.8];
export const DEFAULT_CHAIN: PolicyView['chain'] = [
  { at: { fraction: 0.8 }, to: 'assignee' },
  { at: { overdue: 'PT0S' }, to: 'slack' },
  { at: { overdue: 'PT30M' }, to: 'lead' },
  { at: { overdue: 'PT2H' }, to: 'manager' },
];

/** The built-in promises: ordinary policies, to be edited, hidden or outranked like any other. */
export function defaultPolicies(): PolicyView[] {
  return DEFAULTS.map(({ slaKind, name, target }, index) => ({
    id: idFrom('default policy', slaKind),
    version: 1,
    name,
    rank: BOTTOM_RANK + index,
    replace: false,
    scope: { channelKinds: [slaKind] },
    targets: [
      { kind: 'first_response', target, basis: 'clock' },
      { kind: 'next_response', target, basis: 'clock' },
    ],
    warnAt: DEFAULT_WARNINGS,
    chain: DEFAULT_CHAIN,
    enabled: true,
  }));
}
