import { DELIVERY_WORDS } from '#contracts';
import { ChannelError } from '../connector.js';

/** What nodemailer throws. */
export interface SmtpError extends Error {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

/**
 * Why a mail did not go out, in words, and whether it may be tried again. A server that answered has decided: 4xx is
 * later, 5xx never (RFC 5321 4.2.1).
 * @param handedOver the last byte of the mail had been written: without an answer the server may have taken it
 */
export function explainSmtp(error: SmtpError, handedOver: boolean): ChannelError {
  const words = (error.response ?? error.message).replace(/\s+/g, ' ').slice(0, 500);
  const tell = (reason: string, facts: { retryable?: boolean; ambiguous?: boolean } = {}) =>
    new ChannelError('delivery', `${reason}: ${words}`, { ...facts, providerCode: smtpCode(error), cause: error });
  const status = error.responseCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return tell(DELIVERY_WORDS.mail_later, { retryable: true });
  }
  if (error.code === 'EAUTH') return tell(DELIVERY_WORDS.mail_sign_in);
  if (isTooLarge(error)) {
    return tell(DELIVERY_WORDS.mail_too_large);
  }
  if (status !== undefined && status >= 500) return tell(DELIVERY_WORDS.mail_refused);
  if (error.code === 'EENVELOPE') return tell(DELIVERY_WORDS.mail_addresses);
  // A retry carries the same Message-ID, by which receivers drop the second copy; yet a person decides about it.
  if (handedOver) return tell(DELIVERY_WORDS.mail_broke_off, { retryable: true, ambiguous: true });
  return tell(DELIVERY_WORDS.mail_unreachable, { retryable: true });
}

/** RFC 1870: 552 for a mail above SIZE, 5.3.4 wherever the limit was; nodemailer itself says EMESSAGE. */
function isTooLarge({ code, responseCode, response }: SmtpError): boolean {
  if (responseCode === undefined) return code === 'EMESSAGE';
  return /^5\d\d[ -]5\.3\.4\b/.test(response ?? '') || (responseCode === 552 && !/\b5\.2\.2\b/.test(response ?? ''));
}

export function smtpCode(error: SmtpError | undefined): string | null {
  return error?.responseCode?.toString() ?? error?.code ?? null;
}
