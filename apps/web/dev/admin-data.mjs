// What managers look at: policies, destinations, trouble, figures.
const MIN = 60_000;
const ago = (minutes) => new Date(Date.now() - minutes * MIN).toISOString();
const policy = (id, name, kind, target, rank) => ({
  id,
  version: 3,
  name,
  rank,
  replace: false,
  scope: { channelKinds: [kind] },
  targets: [
    { kind: 'first_response', target, basis: 'clock' },
    { kind: 'next_response', target, basis: 'clock' },
  ],
  warnAt: [0.5, 0.8],
  chain: [
    { at: { fraction: 0.8 }, to: 'assignee' },
    { at: { overdue: 'PT0S' }, to: 'slack' },
    { at: { overdue: 'PT30M' }, to: 'lead' },
    { at: { overdue: 'PT2H' }, to: 'manager' },
  ],
  enabled: true,
});
export const policies = [
  policy('po1', 'SMS', 'sms', 'PT2H', 10),
  policy('po2', 'Social', 'social', 'PT4H', 20),
  policy('po3', 'Email', 'email', 'PT24H', 30),
  policy('po4', 'Web chat', 'webchat', 'PT2H', 40),
];
export const destinations = [
  {
    id: 'd1',
    kind: 'slack',
    name: 'Support alerts',
    config: { channel: '#support-alerts' },
    state: 'live',
    stateReason: null,
  },
  {
    id: 'd2',
    kind: 'email',
    name: 'Manager',
    config: { address: 'boss@shop.example' },
    state: 'failing',
    stateReason: 'The mail server refused the sender.',
  },
];
export const parked = [
  {
    id: 'pk1',
    app: 'inbox',
    topic: 'channel.inbound.v1',
    key: 'c-mail:a@b.c',
    type: 'message.arrived',
    eventId: 'ev-1',
    error: 'Text exceeds the index limit (2712 > 2704 bytes).',
    attempts: 3,
    firstSeenAt: ago(90),
    lastSeenAt: ago(4),
    waitingBehind: 2,
  },
];
export const deliveries = [
  {
    id: 'dl1',
    messageId: 'm-7',
    conversationId: 'k-1',
    channelId: 'c-sms',
    channelKind: 'sms',
    to: '+306941234567',
    state: 'failed',
    reason: 'The phone is unreachable (30003).',
    providerId: 'SM1',
    attempts: 1,
    createdAt: ago(1400),
    updatedAt: ago(1399),
  },
];

const response = (n, m) => ({
  n,
  medianSeconds: n ? m : null,
  p90Seconds: n ? m * 3 : null,
  p95Seconds: n ? m * 4 : null,
});
const figures = (met, breached, m) => ({
  met,
  breached,
  open: 4,
  cancelled: 2,
  attainment: met + breached ? met / (met + breached) : null,
  firstResponse: response(met + breached, m),
  nextResponse: response(Math.round((met + breached) / 2), m / 2),
});
const GROUPS = {
  channel: [
    ['email', 'email', 212, 9, 5400],
    ['sms', 'sms', 88, 12, 1900],
    ['messenger', 'messenger', 41, 3, 2500],
    ['webchat', 'webchat', 5, 1, 300],
  ],
  agent: [
    ['p-mara', 'Mara Ionescu', 140, 6, 2400],
    ['p-nikos', 'Νίκος Αντωνίου', 120, 14, 3400],
    ['p-kata', 'Szabó Katalin', 86, 5, 4100],
    ['', '', 0, 0, 0],
  ],
  weekday: [1, 2, 3, 4, 5, 6, 7].map((d) => [String(d), String(d), 60 - d * 6, d, 2000]),
  hour: Array.from({ length: 24 }, (_, h) => [String(h), String(h), h > 7 && h < 20 ? 30 : 2, h % 3, 2000]),
};
export function report(query) {
  const groupBy = query.get('groupBy');
  return {
    from: query.get('from'),
    to: query.get('to'),
    tz: query.get('tz'),
    groupBy,
    totals: figures(346, 25, 3200),
    groups: (GROUPS[groupBy] ?? []).map(([key, label, met, breached, m]) => ({
      key,
      label,
      ...figures(met, breached, m),
    })),
  };
}
export function waits(query) {
  const outcome = query.get('outcome');
  return Array.from({ length: 25 }, (_, i) => {
    const opened = 600 + i * 271;
    const breached = outcome ? outcome === 'breached' : i % 4 === 0;
    const open = query.get('state') === 'open';
    return {
      id: `w-${i}`,
      conversationId: i % 2 ? 'k-1' : 'k-2',
      customerId: 'u-1',
      customerName: i % 2 ? 'Ελένη Παπαδάκη' : '+40 722 123 456',
      kind: i % 3 ? 'first_response' : 'next_response',
      state: open ? 'open' : 'ended',
      outcome: open ? null : breached ? 'breached' : 'met',
      reason: null,
      channelKind: i % 2 ? 'email' : 'sms',
      channelId: 'c-mail',
      slaKind: 'email',
      policyId: 'po1',
      policyVersion: 3,
      targetSeconds: 7200,
      basis: 'clock',
      openedAt: ago(opened),
      dueAt: ago(open ? -60 * i - 30 : opened - 120),
      warnedAt: null,
      breachedAt: breached ? ago(opened - 120) : null,
      detectedAt: null,
      metAt: breached ? null : ago(opened - 60),
      answeredAt: open ? null : ago(breached ? opened - 155 : opened - 60),
      answeredById: 'p-mara',
      assigneeIdAtDeadline: i % 3 ? 'p-mara' : null,
      teamIdAtDeadline: null,
      escalations: [],
    };
  });
}
