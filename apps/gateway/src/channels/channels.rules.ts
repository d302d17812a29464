import type { ChannelView } from '#contracts';
import { checkOutgoingUrl, type EgressPolicy } from '#egress';
import { DomainError, invalid } from '#kernel';

/** Old and new are both accepted while a provider is being moved to the new one (channels.md 1.4). */
const KEPT_SECRET_SETS = 2;

export type Secrets = Record<string, string>;

/** What a form or script sends: '' leaves a secret as it is, null takes it away. */
export type SecretChange = Record<string, unknown>;

/** @throws DomainError invalid_channel_secrets naming the fields that exist */
export function readSecrets(given: SecretChange, fields: readonly string[]): Record<string, string | null> {
  const errors: { path: string; message: string }[] = [];
  const known: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(given)) {
    const path = `secrets.${name.slice(0, 60)}`;
    if (!fields.includes(name)) {
      errors.push({ path, message: `${path} is unknown; this channel has ${fields.join(', ') || 'no secrets'}` });
    } else if (value === null || (typeof value === 'string' && value.length <= 4_000)) {
      if (value !== '') known[name] = value === null ? null : value.trim();
    } else {
      errors.push({ path, message: `${path} must be a text of at most 4000 characters` });
    }
  }
  if (errors.length === 0) return known;
  throw invalid('invalid_channel_secrets', `${errors.map((error) => error.message).join('; ')}.`, { errors });
}

/** The newest set first. The set before stays valid; one older than that does not. */
export function rotated(sets: Secrets[], change: Record<string, string | null>): Secrets[] {
  const newest = sets[0] ?? {};
  const next: Secrets = { ...newest };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  const same = JSON.stringify(sorted(next)) === JSON.stringify(sorted(newest));
  if (same) return sets;
  return [next, ...sets.filter((set) => Object.keys(set).length > 0)].slice(0, KEPT_SECRET_SETS);
}

const MAX_CONFIG_CHARACTERS = 20_000;

/**
 * Settings as they are stored. A field sent as null is taken away, a field not sent stays.
 * @throws DomainError invalid_channel_config
 */
export function mergedConfig(
  before: Record<string, unknown>,
  change: Record<string, unknown>,
): Record<string, unknown> {
  const config = Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
  const text = JSON.stringify(config);
  if (text.length > MAX_CONFIG_CHARACTERS) {
    throw invalid(
      'invalid_channel_config',
      `config has ${text.length} characters; ${MAX_CONFIG_CHARACTERS} are allowed.`,
    );
  }
  if (/\\u0000/.test(text)) {
    throw invalid('invalid_channel_config', 'config contains a null byte; leave it out.');
  }
  return config;
}

/** What is not built yet is refused in words instead of accepted and ignored (interface.md). */
export function checkAvailable(kind: string, config: Record<string, unknown>): void {
  if (kind !== 'email' || config['inbound'] !== 'imap') return;
  const message = 'config.inbound must be "smtp": fetching from a mailbox by IMAP is not available yet';
  throw new DomainError('invalid_channel_config', 'invalid', `This email channel cannot work: ${message}.`, {
    errors: [{ path: 'config.inbound', message }],
  });
}

/** Addresses that we would call later are refused while somebody looks. @throws DomainError invalid_channel_config */
export function checkOutgoing(outgoing: { path: string; url: string }[], policy: EgressPolicy): void {
  for (const { path, url } of outgoing) {
    try {
      checkOutgoingUrl(url, policy);
    } catch (error) {
      const message = `${path}: ${(error as Error).message}`;
      throw invalid('invalid_channel_config', message, { errors: [{ path, message }] });
    }
  }
}

/** Settings that say nothing about the account at the provider. */
const SHOWN_TO_AGENTS = ['address', 'displayName', 'phoneNumber', 'title', 'language', 'slaKind'];

/** Agents need a channel's name and address, not how it is wired. */
export function withoutWiring(channel: ChannelView): ChannelView {
  const config = Object.fromEntries(Object.entries(channel.config).filter(([name]) => SHOWN_TO_AGENTS.includes(name)));
  return { ...channel, config, webhooks: [] };
}

function sorted(secrets: Secrets): [string, string][] {
  return Object.entries(secrets).sort(([a], [b]) => (a < b ? -1 : 1));
}
