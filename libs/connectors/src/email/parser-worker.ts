import { parentPort } from 'node:worker_threads';
import type { ChannelAccount, MailEnvelope } from '../connector.js';
import { parseMail } from './parse.js';

/** The thread of `MailParserPool`: one mail in, one item out. */
parentPort!.on('message', (job: { raw: Uint8Array; envelope: MailEnvelope; channel: ChannelAccount }) => {
  const raw = Buffer.from(job.raw.buffer, job.raw.byteOffset, job.raw.byteLength);
  void parseMail(raw, job.envelope, job.channel).then((item) => parentPort!.postMessage(item));
});
