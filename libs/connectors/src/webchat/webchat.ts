import type { Connector } from '../connector.js';
import { description } from './description.js';
import { receive } from './receive.js';

/** No sender on purpose: gateway's realtime holds the visitors' sockets and appends the delivery state itself. */
export const webchat: Connector = { description, chat: receive };
