import type { Connector } from '../connector.js';
import { description } from './description.js';
import { receive } from './receive.js';
import { send } from './send.js';

export const webchat: Connector = { description, chat: receive, sender: send };
