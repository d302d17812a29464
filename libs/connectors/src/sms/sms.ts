import type { Connector } from '../connector.js';
import { description } from './description.js';
import { media } from './media.js';
import { receive } from './receive.js';
import { send } from './send.js';

export const sms: Connector = { description, webhooks: receive, sender: send, media };
