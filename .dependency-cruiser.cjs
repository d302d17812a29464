// Who may import whom (ARCHITECTURE.md). Each rule says what to do instead.
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A lib may import itself and the libs listed, no other room. */
const layer = (lib, ...allowed) =>
  rule(
    `${lib}-stays-low`,
    `libs/${lib} may import ${allowed.join(', ') || 'nothing'}.`,
    { path: `^libs/${lib}/`, pathNot: `^libs/${lib}/src/testing/` },
    { path: '^(libs|apps)/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
  );

const package_ = (names) => `(^|node_modules/)(${names})(/|$)`;

module.exports = {
  forbidden: [
    rule('no-circular', 'A cycle means that two files are one file.', {}, { circular: true }),
    rule(
      'apps-are-islands',
      'Apps talk through the event log or HTTP, never through imports.',
      { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    layer('kernel'),
    layer('contracts', 'kernel'),
    layer('content', 'kernel'),
    layer('database', 'kernel'),
    layer('egress', 'kernel'),
    layer('connectors', 'contracts', 'kernel', 'content', 'egress'),
    layer('event-log', 'database', 'contracts', 'kernel'),
    layer('platform', 'event-log', 'database', 'contracts', 'egress', 'kernel'),
    rule(
      'only-the-edge-knows-connectors',
      'Inbound parsing and channel set-up are gateway ingress, realtime and channels; sending is notifier.',
      { path: '^apps/', pathNot: '^apps/(gateway/src/(ingress|realtime|channels)/|notifier/src/)' },
      { path: '^libs/connectors/' },
    ),
    rule(
      'connectors-through-the-registry',
      'Apps never name a channel: they ask the registry.',
      { path: '^apps/', pathNot: '\\.spec\\.ts$' },
      { path: '^libs/connectors/src/[^/]+/' },
    ),
    rule(
      'connectors-do-not-know-each-other',
      'Shared code moves to connector.ts, content or kernel.',
      { path: '^libs/connectors/src/([^/]+)/' },
      { path: '^libs/connectors/src/[^/]+/', pathNot: '^libs/connectors/src/$1/' },
    ),
    rule(
      'web-sees-only-contracts',
      'The browser knows the wire, not the server.',
      { path: '^apps/(web|widget)/src/' },
      { path: '^libs/', pathNot: '^libs/contracts/' },
    ),
    rule(
      'testing-is-for-tests',
      'Only specs, stories and benchmarks may import libs/testing.',
      { path: '^(apps|libs)/', pathNot: '^libs/testing/|\\.(spec|contract)\\.ts$|/testing/' },
      { path: '^libs/testing/' },
    ),
    rule(
      'rules-are-pure',
      '*.rules.ts takes values and returns a decision: no Nest, no SQL, no clock, no Node API.',
      { path: '\\.rules\\.ts$' },
      { pathNot: ['\\.rules\\.ts$', '^libs/(kernel|contracts|content|egress)/'] },
    ),
    rule(
      'doors-go-through-the-service',
      'controller, consumer, worker -> service -> store.',
      { path: '^apps/.*\\.(controller|consumer|worker|gateway)\\.ts$' },
      { path: '\\.store\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'stores-never-look-up',
      'A store knows rows, not use cases.',
      { path: '\\.store\\.ts$' },
      { path: '\\.(service|controller|consumer|worker)\\.ts$' },
    ),
    rule(
      'typeorm-behind-database',
      'pg and connections live in libs/database; migrations may name their interface.',
      { path: '^(apps|libs)/', pathNot: '^libs/(database|testing)/|/migrations/' },
      { path: package_('typeorm|pg') },
    ),
    rule(
      'kafka-behind-event-log',
      'kafkajs is an implementation detail of libs/event-log.',
      { path: '^(apps|libs)/', pathNot: '^libs/(event-log|testing)/' },
      { path: package_('kafkajs') },
    ),
    rule(
      'providers-behind-connectors',
      'A provider SDK is an implementation detail of one connector (Slack: of notifier/alerts).',
      { path: '^(apps|libs)/', pathNot: '^libs/(connectors|testing)/|^apps/notifier/src/alerts/' },
      { path: package_('twilio|@slack/[^/]+') },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.spec\\.tsx?$|^dist/)' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
