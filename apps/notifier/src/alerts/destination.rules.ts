import type { DestinationKind } from '#contracts';
import { checkOutgoingUrl, type EgressPolicy, PUBLIC_ONLY } from '#egress';
import { DomainError, isId } from '#kernel';

export const DESTINATION_KINDS: readonly DestinationKind[] = ['slack', 'email', 'sms', 'webhook'];

export interface DestinationInput {
  kind: DestinationKind;
  name: string;
  config: { channel?: string; address?: string; url?: string; channelId?: string };
  /** Undefined: keep what is there. */
  botToken?: string | undefined;
}

interface Fault {
  path: string;
  message: string;
}

/** Reads what somebody typed. @throws DomainError invalid_destination with every fault and what is expected */
export function readDestination(
  body: unknown,
  known: DestinationInput | null,
  policy: EgressPolicy = PUBLIC_ONLY,
): DestinationInput {
  const faults: Fault[] = [];
  const given = asObject(body, '', faults);
  const kind = readKind(given['kind'] ?? known?.kind, known, faults);
  const name = readLine(given['name'] ?? known?.name ?? kind, 'name', 100, faults);
  const secrets = given['secrets'] === undefined ? {} : asObject(given['secrets'], 'secrets', faults);
  const config = given['config'] === undefined && known ? known.config : readConfig(kind, given['config'], faults);
  const botToken =
    secrets['botToken'] === undefined ? undefined : readLine(secrets['botToken'], 'secrets.botToken', 300, faults);
  if (config.url) checkOutgoingUrl(config.url, policy);
  if (kind === 'slack' && !known && !botToken) {
    faults.push({ path: 'secrets.botToken', message: 'secrets.botToken is missing: paste the bot token (xoxb-…)' });
  }
  if (faults.length > 0) {
    const words = faults.map((fault) => fault.message).join('; ');
    throw new DomainError('invalid_destination', 'invalid', `The destination was not understood: ${words}.`, {
      errors: faults,
    });
  }
  return { kind, name, config, botToken };
}

function readKind(value: unknown, known: DestinationInput | null, faults: Fault[]): DestinationKind {
  const kind = DESTINATION_KINDS.find((one) => one === value);
  if (!kind) faults.push({ path: 'kind', message: `kind has to be one of ${DESTINATION_KINDS.join(', ')}` });
  else if (known && kind !== known.kind) {
    faults.push({ path: 'kind', message: 'kind cannot be changed: make another destination' });
  }
  return kind ?? 'slack';
}

function readConfig(kind: DestinationKind, value: unknown, faults: Fault[]): DestinationInput['config'] {
  const config = asObject(value, 'config', faults);
  const line = (name: string, max: number) => readLine(config[name], `config.${name}`, max, faults);
  switch (kind) {
    case 'slack':
      return { channel: line('channel', 100) };
    case 'email': {
      const address = line('address', 254);
      if (address && !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(address)) {
        faults.push({ path: 'config.address', message: 'config.address has to be one email address' });
      }
      return { address };
    }
    case 'sms': {
      const address = line('address', 20).replace(/[\s().-]/g, '');
      if (address && !/^\+[1-9]\d{5,14}$/.test(address)) {
        faults.push({ path: 'config.address', message: 'config.address has to be a number like +40712345678' });
      }
      if (config['channelId'] === undefined) return { address };
      if (!isId(config['channelId'])) {
        faults.push({ path: 'config.channelId', message: 'config.channelId has to be the id of an SMS channel' });
        return { address };
      }
      return { address, channelId: config['channelId'] };
    }
    case 'webhook': {
      const url = line('url', 2_000);
      return { url };
    }
  }
}

function readLine(value: unknown, path: string, max: number, faults: Fault[]): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (!text || text.length > max || /[\u0000-\u001f\u007f]/.test(text)) {
    faults.push({ path, message: `${path} has to be one line of 1 to ${max} characters` });
    return '';
  }
  return text;
}

function asObject(value: unknown, path: string, faults: Fault[]): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  faults.push({ path, message: `${path || 'the body'} has to be an object` });
  return {};
}
