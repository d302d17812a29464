import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { isTransient, type Migration } from '#database';
import { EventLogServer, shareWakes } from '#event-log';
import { type AppContext, type AppName, openContext, processParts, type ProcessParts } from './app-context.js';
import { type Config, ConfigError, readConfig } from './config.js';
import { createHttpApp, type HttpAppOptions } from './http/http-app.js';
import { ApiDescription } from './http/api-description.js';
import { internalModule } from './http/parked.controller.js';
import { createLogger } from './logging.js';

/** One of the four apps, as its room exports it. */
export interface AppDefinition {
  name: AppName;
  migrations: Migration[];
  module: (context: AppContext) => DynamicModule;
  /** False: another process of the installation handles the log's events for this app. */
  consumes?: boolean;
}

export interface ServeOptions {
  apps: AppDefinition[];
  identity: (parts: ProcessParts) => HttpAppOptions['identity'];
  ownHealth?: boolean;
  /** More modules, made when the contexts are open. */
  modules?: (contexts: AppContext[]) => DynamicModule[];
  /** Fastify plugins that have to stand before the routes. */
  prepare?: (app: NestFastifyApplication, contexts: AppContext[]) => Promise<void>;
  started?: (app: NestFastifyApplication, contexts: AppContext[]) => Promise<void>;
}

const SHUTDOWN_MS = 8_000;

/** A whole process: configuration, contexts, HTTP, consumers, clean end on SIGTERM and SIGINT. Used by every main.ts. */
export async function serve(options: ServeOptions): Promise<void> {
  const config = configOrExit();
  const logger = createLogger(options.apps.length > 1 ? 'kairos' : options.apps[0]!.name, config.logLevel);
  endOnSurprise(logger);
  const parts = processParts(config);
  if (process.send) shareWakes({ send: tellSupervisor, on: process.on.bind(process) });
  const url = config.databaseUrl;
  if (!url)
    throw new Error('DATABASE_URL is not set. Start with "npm start", which brings its own PostgreSQL, or set it.');
  const opened: Awaited<ReturnType<typeof openContext>>[] = [];
  for (const { name, migrations, consumes = true } of options.apps) {
    opened.push(await untilDatabase(logger, () => openContext(name, parts, migrations, { url, consumes })));
  }
  const contexts = opened.map(({ context }) => context);
  const modules = options.apps.map((app, i) => app.module(contexts[i]!));
  const http = await createHttpApp({
    parts,
    logger,
    modules: [internalModule(contexts), ...modules, ...(options.modules?.(contexts) ?? [])],
    identity: options.identity(parts),
    ownHealth: options.ownHealth ?? false,
  });
  http.get(ApiDescription, { strict: false }).describe(http);
  await options.prepare?.(http, contexts);
  for (const context of contexts.filter(({ consumes }) => consumes)) {
    const strategy = new EventLogServer(context.log, context.app);
    http.connectMicroservice({ strategy });
    parts.readiness.add(`${context.app} consumers`, async () =>
      strategy.healthy() ? null : 'the event log is not being consumed',
    );
  }
  endOnSignal(logger, async () => {
    await http.close();
    for (const { close } of opened.reverse()) await close();
  });
  await http.startAllMicroservices();
  await listen(http, config);
  await options.started?.(http, contexts);
  tellSupervisor({ ready: true });
}

/** Nothing when it is gone: then this process is about to end. */
function tellSupervisor(message: unknown): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function listen(http: NestFastifyApplication, config: Config): Promise<void> {
  try {
    await http.listen(config.port, config.host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    process.stderr.write(
      `Port ${config.port} on ${config.host} is taken. Stop what uses it, or set PORT to another one.\n`,
    );
    process.exit(1);
  }
}

/** The database may still be starting, or be started again beside us. */
async function untilDatabase<T>(logger: Logger, work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 60_000; ;) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || Date.now() > end) throw error;
      logger.info({ reason: (error as Error).message }, 'waiting for the database');
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

function endOnSignal(logger: Logger, close: () => Promise<void>): void {
  let ending = false;
  const end = (signal: string) => {
    if (ending) return;
    ending = true;
    logger.info({ signal }, 'ending');
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the end was not clean');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  process.on('disconnect', () => end('the supervisor is gone'));
}

/** A process in an unknown state ends; the supervisor starts it again, and the log knows where it stood. */
function endOnSurprise(logger: Logger): void {
  const surprise = (error: unknown) => {
    logger.fatal({ err: error }, 'unexpected error, ending');
    process.exit(1);
  };
  process.on('uncaughtException', surprise);
  process.on('unhandledRejection', surprise);
}
