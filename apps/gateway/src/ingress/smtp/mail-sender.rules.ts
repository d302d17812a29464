/** The header is looked at this far, in bytes: a sender further down is nobody's. */
const LOOK_AT = 65_536;

/**
 * Who seems to have written, cheaply, from the bytes: only for keeping the order of one sender's mails. Lists and
 * senders like Amazon's use another envelope address for each mail, so the From header comes first.
 */
export function mailSender(raw: Buffer, envelopeFrom: string): string {
  const head = raw.subarray(0, LOOK_AT).toString('latin1');
  const end = /\r?\n\r?\n/.exec(head);
  const header = end ? head.slice(0, end.index) : head;
  const field = /(?:^|\n)from[ \t]*:((?:[^\n]|\n[ \t])*)/i.exec(header)?.[1] ?? '';
  const address =
    /<([^<>\s]{1,320}@[^<>\s]{1,320})>/.exec(field)?.[1] ?? /[^\s<>,;"()]{1,320}@[^\s<>,;"()]{1,320}/.exec(field)?.[0];
  return clean(address ?? envelopeFrom);
}

function clean(address: string): string {
  return address
    .replace(/[\u0000-\u001f\u007f]/g, '')
    .toLowerCase()
    .slice(0, 320);
}
