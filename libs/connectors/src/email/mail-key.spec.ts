import { receive } from './receive.js';
import { fixture } from './spec-mail.js';

describe('the receipt key of a mail', () => {
  const original = fixture('plain.eml').toString();
  const key = (text: string) => receive.mailKey(Buffer.from(text));

  it('is the same for the same mail by another way', () => {
    const relayed = `Received: from elsewhere by mail.shop.test; Fri\nX-Spam-Score: 1\nARC-Seal: i=1\nDelivered-To: help@shop.test\n${original}`;
    expect(key(relayed.replaceAll('\n', '\r\n'))).toBe(key(original));
    expect(key(`${original}\r\n\r\n`)).toBe(key(original));
    expect(key(original.replace('References: <first@shop.test>', 'References:\n\t<first@shop.test>'))).toBe(
      key(original),
    );
  });

  it('differs for another body, author, date, subject or id', () => {
    const changed = [
      original.replace('Καλημέρα', 'Καλησπέρα'),
      original.replace('<Eleni@', '<Maria@'),
      original.replace('11:58:00', '11:58:01'),
      original.replace('_=CE=BC', '_=CE=BD'),
      original.replace('<order-1@', '<order-2@'),
      original.replace('Message-ID: <order-1@customer.test>\n', ''),
    ];
    expect(new Set([original, ...changed].map(key)).size).toBe(7);
  });

  it('differs where its writer sent anything else: other recipients, another reading of the body', () => {
    const changed = [
      `Cc: office@customer.test\n${original}`,
      `Resent-From: boss@customer.test\n${original}`,
      original.replace('utf-8', 'iso-8859-7'),
    ];
    expect(new Set([original, ...changed].map(key)).size).toBe(4);
  });

  it('differs for other words where no empty line ends the header', () => {
    const mails = [
      'Hello\nwhere is my parcel?',
      'Hello\nI want my money back',
      'From: a@x.test\nparcel',
      'From: a@x.test\nmoney',
    ];
    expect(new Set(mails.map(key)).size).toBe(4);
    expect(key(mails[0]!.replaceAll('\n', '\r\n'))).toBe(key(mails[0]!));
  });

  it('an empty Message-ID is none', () => {
    const without = original.replace('Message-ID: <order-1@customer.test>\n', '');
    expect(key(original.replace('<order-1@customer.test>', '<>'))).toBe(key(without));
  });

  it('takes 40 MB of carriage returns in good time', () => {
    const started = process.cpuUsage();
    expect(receive.mailKey(Buffer.alloc(40_000_000, 0x0d))).toMatch(/^[0-9a-f]{64}$/);
    // CPU time: a busy machine is no fault of ours. Half a second; byte by byte and back again it would be hours.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(20_000);
  });
});
