import type { MailClass, MailFacts } from '#contracts';
import { splitReplyAddress } from '#kernel';
import type { ChannelAccount, MailEnvelope } from '../connector.js';
import type { ParsedAddress } from './addresses.js';
import { flatten, normaliseAddress, scanAddresses } from './addresses.js';
import { authenticationOf } from './authentication.js';
import type { ReportFacts } from './bounce.js';
import { classify } from './classify.js';
import type { ScannedMail } from './header-scan.js';
import { allFields, firstField, messageIds } from './header-scan.js';

export interface FactsInput {
  mail: ScannedMail;
  envelope: MailEnvelope;
  channel: ChannelAccount;
  fromAddress: string;
  subject: string;
  text: string;
  partTypes: string[];
  report: ReportFacts;
  to: ParsedAddress[];
  cc: ParsedAddress[];
  replyTo: ParsedAddress[];
}

const MAX_REFERENCES = 50;
const MAX_TOKENS = 20;

/** What only mail has: ids, tokens, class, authentication. Decides nothing about threads; that is inbox's. */
export function factsOf(input: FactsInput): MailFacts {
  const { mail, envelope, channel, report } = input;
  const mailClass = classify({
    mail,
    envelopeFrom: envelope.from,
    fromAddress: input.fromAddress,
    ownAddresses: [channel.address, ...envelope.rcpt.map((recipient) => splitReplyAddress(recipient).address)].filter(
      Boolean,
    ),
    subject: input.subject,
    text: input.text,
    partTypes: input.partTypes,
    report,
  });
  const isBounce = mailClass === 'bounce_hard' || mailClass === 'bounce_soft';
  return {
    class: mailClass,
    messageId: messageIds(firstField(mail, 'message-id'))[0] ?? null,
    inReplyTo: messageIds(firstField(mail, 'in-reply-to'))[0] ?? null,
    references: firstAndLast(allFields(mail, 'references').flatMap(messageIds)),
    tokens: tokensOf(mail, envelope),
    to: flatten(input.to),
    cc: flatten(input.cc),
    replyTo: flatten(input.replyTo)[0] ?? null,
    authentication: authenticationOf(mail, channel.config['authservId']),
    ...(isBounce
      ? {
          bounce: {
            originalMessageId: report.originalMessageId,
            recipient: report.recipient,
            status: report.status,
            diagnostic: report.diagnostic,
          },
        }
      : {}),
  };
}

/** A person wrote it, or sent an invitation: these open a wait. */
export function isAutomaticClass(mailClass: MailClass): boolean {
  return mailClass !== 'human' && mailClass !== 'calendar';
}

function firstAndLast(ids: string[]): string[] {
  if (ids.length <= MAX_REFERENCES) return ids;
  return [...ids.slice(0, MAX_REFERENCES / 2), ...ids.slice(-MAX_REFERENCES / 2)];
}

/** The envelope first: headers are the sender's word, but a relay may have put the real recipient only there. */
function tokensOf(mail: ScannedMail, envelope: MailEnvelope): MailFacts['tokens'] {
  const headers = ['delivered-to', 'x-original-to', 'to', 'cc'].flatMap((name) => allFields(mail, name));
  const recipients = [
    ...envelope.rcpt,
    ...headers.flatMap((value) => scanAddresses(value).map((entry) => entry.address ?? '')),
  ];
  const found = new Map<string, { address: string; token: string }>();
  for (const recipient of recipients) {
    const { address, token } = splitReplyAddress(normaliseAddress(recipient));
    if (token && found.size < MAX_TOKENS) found.set(`${address} ${token}`, { address, token });
  }
  return [...found.values()];
}
