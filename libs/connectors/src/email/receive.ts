import type { MailReceiver } from '../connector.js';
import { mailKey } from './mail-key.js';
import { parseMail } from './parse.js';

export const receive: MailReceiver = { mailKey, parseMail };
