import { createHmac, randomBytes } from 'node:crypto';

/** A number of ours as Twilio knows it. */
export interface Line {
  url: string;
  accountSid: string;
  authToken: string;
  phoneNumber: string;
}

/** One new text to it, signed as Twilio signs. @param senders how many people write in turn */
export function signedText(to: Line, n: number, senders: number): { body: string; headers: Record<string, string> } {
  const fields: Record<string, string> = {
    AccountSid: to.accountSid,
    Body: `Where is my parcel? ${n}`,
    From: `+1555${String(3_000_000 + (n % senders))}`,
    MessageSid: `SM${randomBytes(16).toString('hex')}`,
    NumMedia: '0',
    SmsStatus: 'received',
    To: to.phoneNumber,
  };
  const names = Object.keys(fields).sort();
  const signed = to.url + names.map((name) => name + fields[name]!).join('');
  return {
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', to.authToken).update(signed, 'utf8').digest('base64'),
    },
  };
}
