import { cleanText, withoutOverrides } from '#kernel';
import { BodyCheck } from '../body-check.rules.js';
import type { ArrivedItem, ChatReceiver } from '../connector.js';

const MAX_TEXT = 8_000;

export const receive: ChatReceiver = {
  receive(body, visitor, channel): ArrivedItem {
    const check = new BodyCheck(body);
    const clientId = check.text('clientId', 100);
    const text = check.text('text', MAX_TEXT);
    const name = check.optionalText('name', 100);
    const email = check.optionalText('email', 254);
    if (email !== null && !/^[^\s@<>]+@[^\s@<>]+$/.test(email)) check.problem('email', 'a mail address');
    check.finish();
    const claimedName = name === null ? null : withoutOverrides(cleanText(name)).replace(/\s+/g, ' ').trim();
    return {
      // The visitor is part of it: client ids are the browser's, and two browsers may choose the same.
      dedupeKey: `${channel.id}:${visitor.id}:${clientId}`,
      externalId: clientId,
      clientId,
      from: {
        kind: 'webchat',
        scope: channel.id,
        address: visitor.id,
        display: visitor.id,
        name: visitor.verifiedName ?? claimedName,
      },
      ...(email !== null || claimedName !== null
        ? { claimed: { ...(email === null ? {} : { email }), ...(claimedName === null ? {} : { name: claimedName }) } }
        : {}),
      subject: null,
      text: cleanText(text),
      html: null,
      attachments: [],
      automatic: false,
      // A browser's clock is no stamp; the receipt is.
      channelTimestamp: null,
    };
  },
};
