import type { ChannelKind } from '#contracts';
import type { Connector } from './connector.js';
import { custom } from './custom/custom.js';
import { email } from './email/email.js';
import { messenger } from './messenger/messenger.js';
import { sms } from './sms/sms.js';
import { webchat } from './webchat/webchat.js';

/** Every channel there is: one folder, one line. */
export const connectors: Readonly<Record<ChannelKind, Connector>> = {
  email,
  sms,
  messenger,
  webchat,
  custom,
};

export function connectorOf(kind: ChannelKind): Connector {
  return connectors[kind];
}
