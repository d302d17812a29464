import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newSecret } from '#kernel';

/** Every setting of the environment (interface.md 1), checked at start. Each has a working default. */
export interface Config {
  port: number;
  host: string;
  publicUrl: string;
  dataDir: string;
  databaseUrl: string | null;
  kafkaBrokers: string[];
  smtpPort: number;
  smtpOutUrl: string | null;
  secret: string;
  adminEmail: string | null;
  adminPassword: string | null;
  slackBotToken: string | null;
  slackChannel: string | null;
  slackApiUrl: string | null;
  twilioApiUrl: string | null;
  metaGraphUrl: string | null;
  telegramApiUrl: string | null;
  logLevel: string;
}

/** All faults at once, each with what was expected: nobody likes to start six times. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : 'faults'}:\n- ${faults.join('\n- ')}`);
  }
}

type Environment = Record<string, string | undefined>;

/** @throws ConfigError with every fault found */
export function readConfig(env: Environment = process.env): Config {
  const faults: string[] = [];
  const text = (name: string) => env[name]?.trim() || null;
  const port = (name: string, fallback: number, off = false) => {
    const value = text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (Number.isInteger(number) && number >= (off ? 0 : 1) && number <= 65_535) return number;
    faults.push(`${name}="${value}" is no port; use a number from ${off ? '0 (off)' : '1'} to 65535`);
    return fallback;
  };
  const url = (name: string, protocols: string[]) => {
    const value = text(name);
    if (value === null) return null;
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (parsed && protocols.includes(parsed.protocol.slice(0, -1))) return value.replace(/\/+$/, '');
    faults.push(`${name} is no ${protocols.join(' or ')} URL; use for example ${protocols[0]}://host:port`);
    return null;
  };
  const host = text('HOST') ?? '127.0.0.1';
  const httpPort = port('PORT', 3000);
  const dataDir = path.resolve(text('DATA_DIR') ?? 'data');
  const logLevel = text('LOG_LEVEL') ?? 'info';
  if (!['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].includes(logLevel)) {
    faults.push(`LOG_LEVEL="${logLevel}" is unknown; use trace, debug, info, warn, error, fatal or silent`);
  }
  if ((text('KAIROS_ADMIN_EMAIL') === null) !== (text('KAIROS_ADMIN_PASSWORD') === null)) {
    faults.push('KAIROS_ADMIN_EMAIL and KAIROS_ADMIN_PASSWORD go together; set both or neither');
  }
  const config: Config = {
    port: httpPort,
    host,
    publicUrl:
      url('PUBLIC_URL', ['http', 'https']) ??
      `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${httpPort}`,
    dataDir,
    databaseUrl: url('DATABASE_URL', ['postgres', 'postgresql']),
    kafkaBrokers: (text('KAFKA_BROKERS') ?? '')
      .split(',')
      .map((broker) => broker.trim())
      .filter(Boolean),
    smtpPort: port('SMTP_PORT', 2525, true),
    smtpOutUrl: url('SMTP_OUT_URL', ['smtp', 'smtps']),
    secret: '',
    adminEmail: text('KAIROS_ADMIN_EMAIL'),
    adminPassword: text('KAIROS_ADMIN_PASSWORD'),
    slackBotToken: text('SLACK_BOT_TOKEN'),
    slackChannel: text('SLACK_CHANNEL'),
    slackApiUrl: url('SLACK_API_URL', ['http', 'https']),
    twilioApiUrl: url('TWILIO_API_URL', ['http', 'https']),
    metaGraphUrl: url('META_GRAPH_URL', ['http', 'https']),
    telegramApiUrl: url('TELEGRAM_API_URL', ['http', 'https']),
    logLevel,
  };
  if (faults.length > 0) throw new ConfigError(faults);
  config.secret = text('KAIROS_SECRET') ?? keptSecret(dataDir);
  return config;
}

/** Made once and kept beside the data: whoever has one has the other. */
function keptSecret(dataDir: string): string {
  const file = path.join(dataDir, 'secret');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(dataDir, { recursive: true });
  const secret = newSecret();
  try {
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  } catch {
    return readFileSync(file, 'utf8').trim(); // another process of ours was first
  }
}
