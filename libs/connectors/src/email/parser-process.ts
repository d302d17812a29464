import type { ChannelAccount, MailEnvelope } from '../connector.js';
import { parseMail } from './parse.js';

/** The process behind `MailParserPool`: one mail in, one item out, until its parent is gone. */
process.on('message', (job: { raw: Uint8Array; envelope: MailEnvelope; channel: ChannelAccount }) => {
  const raw = Buffer.from(job.raw.buffer, job.raw.byteOffset, job.raw.byteLength);
  void parseMail(raw, job.envelope, job.channel).then((item) => process.send!(item));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the parent decides when a mail under way is given up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.send!('ready');
