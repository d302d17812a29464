import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Allowance, type EgressPolicy, readAllowance } from '#egress';
import { isLoopback, newSecret } from '#kernel';
import { readTrustedProxies, type TrustedProxies } from './http/client-address.rules.js';

/** Every setting of the environment (interface.md 1), checked at start. Each has a working default. */
export interface Config {
  port: number;
  host: string;
  publicUrl: string;
  dataDir: string;
  databaseUrl: string | null;
  kafkaBrokers: string[];
  /** Stands before every topic and group, for several installations on one cluster. */
  kafkaTopicPrefix: string;
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
  /** Hosts and networks that calls to typed-in URLs may reach although they are not public. */
  egressAllow: readonly Allowance[];
  /** Whose X-Forwarded-For is believed. */
  trustProxy: TrustedProxies;
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
    kafkaBrokers: listed(text('KAFKA_BROKERS')),
    kafkaTopicPrefix: readTopicPrefix(text('KAFKA_TOPIC_PREFIX'), faults),
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
    egressAllow: readEgressAllow(text('EGRESS_ALLOW'), faults),
    trustProxy: readTrustProxy(text('TRUST_PROXY'), faults),
    logLevel,
  };
  if (faults.length > 0) throw new ConfigError(faults);
  config.secret = text('KAIROS_SECRET') ?? keptSecret(dataDir);
  return config;
}

/**
 * Where a channel's own replies may go. An installation that only this machine can reach is used by whoever sits at it:
 * programs beside it may be called. Once others reach it, only what EGRESS_ALLOW opens.
 */
export function channelEgress({ host, publicUrl, egressAllow }: Config): EgressPolicy {
  return { allowed: egressAllow, ownMachine: isLoopback(host) && isLoopback(new URL(publicUrl).hostname) };
}

const listed = (text: string | null): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** Kafka's own alphabet for topic names; 249 characters are allowed for the whole. */
function readTopicPrefix(text: string | null, faults: string[]): string {
  if (text === null || /^[A-Za-z0-9._-]{1,100}$/.test(text)) return text ?? '';
  faults.push(`KAFKA_TOPIC_PREFIX="${text}" is not understood; use letters, digits, ".", "_" and "-", like shop-a.`);
  return '';
}

function readEgressAllow(text: string | null, faults: string[]): Allowance[] {
  return listed(text).flatMap((part) => {
    const allowance = readAllowance(part);
    if (!allowance)
      faults.push(`EGRESS_ALLOW: "${part}" is no host or network; use for example erp.lan:8080 or 192.168.1.0/24`);
    return allowance ?? [];
  });
}

function readTrustProxy(text: string | null, faults: string[]): TrustedProxies {
  const trusted = readTrustedProxies(text ?? '');
  if (trusted) return trusted;
  faults.push(
    `TRUST_PROXY="${text}" is not understood; use the number of proxies (1) or their addresses (10.0.0.0/8, 127.0.0.1)`,
  );
  return { hops: 0 };
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
