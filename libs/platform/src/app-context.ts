import path from 'node:path';
import type { Logger } from 'pino';
import { Database, type Migration, prepareSchema, runAsOwner } from '#database';
import { type EventLog, LOG_SCHEMA, logGrants, openEventLog } from '#event-log';
import { type Clock, SystemClock } from '#kernel';
import { BlobStore } from './blobs.js';
import type { Config } from './config.js';
import { createLogger } from './logging.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

export const APPS = ['gateway', 'inbox', 'sla', 'notifier'] as const;
export type AppName = (typeof APPS)[number];

/** What the apps of one process share. */
export interface ProcessParts {
  config: Config;
  clock: Clock;
  metrics: Metrics;
  readiness: Readiness;
}

/**
 * Everything an app's providers need from below, under one injection token per app
 * (`class InboxContext extends AppContext {}`), so that four apps live in one container without meeting.
 */
export class AppContext {
  // eslint-disable-next-line max-params -- made in one place, from parts that have nothing else in common
  constructor(
    readonly app: AppName,
    readonly db: Database,
    readonly log: EventLog,
    readonly blobs: BlobStore,
    readonly logger: Logger,
    private readonly parts: ProcessParts,
    /** Whether this process handles the log's events for the app: then it also tells how far behind, and what is parked. */
    readonly consumes = true,
  ) {}

  get config(): Config {
    return this.parts.config;
  }
  get clock(): Clock {
    return this.parts.clock;
  }
  get metrics(): Metrics {
    return this.parts.metrics;
  }
  get readiness(): Readiness {
    return this.parts.readiness;
  }
  now(): Date {
    return this.parts.clock.now();
  }
}

export function processParts(config: Config, clock: Clock = new SystemClock()): ProcessParts {
  return { config, clock, metrics: new Metrics(), readiness: new Readiness() };
}

/** Connects an app: schema and role, migrations, event log. `close` undoes it. */
export async function openContext(
  app: AppName,
  parts: ProcessParts,
  migrations: Migration[],
  database: { url: string; poolSize?: number; consumes?: boolean },
): Promise<{ context: AppContext; close: () => Promise<void> }> {
  const logger = createLogger(app, parts.config.logLevel);
  const { role } = await prepareSchema(database.url, app);
  await runAsOwner(database.url, [...LOG_SCHEMA, ...(role ? logGrants(role) : [])]);
  const db = new Database({
    url: database.url,
    schema: app,
    role: role ?? undefined,
    poolSize: database.poolSize ?? 6,
    migrations,
  });
  await db.start();
  if (parts.clock instanceof SystemClock) parts.clock.anchor(await db.now(), Date.now());
  const log = openEventLog({
    db,
    clock: parts.clock,
    app,
    kafkaBrokers: parts.config.kafkaBrokers,
    kafkaPrefix: parts.config.kafkaTopicPrefix,
    onError: (error, where) => logger.warn({ err: error, where }, 'event log'),
  });
  await log.start();
  const { consumes = true } = database;
  parts.readiness.add(`${app} database`, async () => ((await db.reachable()) ? null : 'the database does not answer'));
  if (consumes) observe(app, parts, log);
  const blobs = new BlobStore(path.join(parts.config.dataDir, 'blobs'));
  const context = new AppContext(app, db, log, blobs, logger, parts, consumes);
  return {
    context,
    close: async () => {
      await log.stop();
      await db.stop();
    },
  };
}

function observe(app: AppName, parts: ProcessParts, log: EventLog): void {
  const lag = parts.metrics.gauge('kairos_log_lag', 'Events not yet handled, per consumer group', ['group']);
  parts.metrics.onScrape(async () => {
    const rows = await log.lag();
    lag.set(
      { group: app },
      rows.reduce((sum, row) => sum + row.events, 0),
    );
  });
  const parked = parts.metrics.gauge('kairos_messages_parked', 'Events set aside because they could not be handled', [
    'app',
  ]);
  parts.metrics.onScrape(async () => {
    const list = await log.parked();
    parked.set(
      { app },
      list.reduce((sum, entry) => sum + 1 + entry.waitingBehind, 0),
    );
  });
}
