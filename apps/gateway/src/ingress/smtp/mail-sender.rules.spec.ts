import { mailSender } from './mail-sender.rules.js';

const sender = (header: string, envelope = 'bounce-1@relay.test') =>
  mailSender(Buffer.from(header, 'latin1'), envelope);

it.each([
  ['From: Eleni <Eleni@Shop.Test>\r\n\r\nx', 'eleni@shop.test'],
  ['Received: x\nfrom : "a, b" <a@b.test>\n\nx', 'a@b.test'],
  ['From: =?utf-8?q?x?=\r\n <folded@b.test>\r\nTo: <to@b.test>\r\n\r\n', 'folded@b.test'],
  ['From: plain@b.test (Plain)\r\n\r\n', 'plain@b.test'],
  ['Subject: x\r\n\r\nFrom: <body@b.test>', 'bounce-1@relay.test'],
  ['From: nobody at all\r\n\r\n', 'bounce-1@relay.test'],
  ['', 'bounce-1@relay.test'],
])('%j is of %s', (raw, expected) => {
  expect(sender(raw)).toBe(expected);
});

it('a hostile header costs no time and yields a sane key', () => {
  const began = performance.now();
  for (const raw of [
    `From: ${'<'.repeat(60_000)}`,
    `From: ${'a@'.repeat(30_000)}`,
    `From: ${' '.repeat(60_000)}x`,
    `From:${'\n '.repeat(30_000)}<a@b.c>`,
  ]) {
    expect(sender(raw).length).toBeLessThanOrEqual(320);
  }
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(sender('From: <a\u0000b@c.test>\r\n\r\n')).toBe('ab@c.test');
});
