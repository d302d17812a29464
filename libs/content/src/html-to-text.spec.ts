import { htmlToText } from './html-to-text.js';

describe('the words of an HTML mail', () => {
  it.each([
    ['<p>One</p><p>Two<br>Three</p>', 'One\n\nTwo\nThree'],
    ['<div>Καλημέρα &amp; ευχαριστώ&nbsp;!</div>', 'Καλημέρα & ευχαριστώ !'],
    ['<style>p{color:red}</style><title>no</title><p>yes</p><script>if (a < b) no()</script>', 'yes'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<ul><li>milk<li>bread</ul>', '• milk\n• bread'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['می&zwnj;خواهم', 'می\u200cخواهم'],
    ['a <!-- <p>hidden</p> --> b', 'a b'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['<img src="x" alt="Our logo"> hello', 'Our logo hello'],
    ['&#x110000;&#0;&bogus;', '\ufffd\ufffd&bogus;'],
    ['text <a href="x', 'text'],
  ])('%j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('takes linear time on hostile input', () => {
    const started = process.cpuUsage();
    for (const hostile of ['<div>', '<', '<!--', '&', '<a "', '<script>']) htmlToText(hostile.repeat(300_000));
    // CPU time: a busy machine is no fault of ours.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(3_000);
  });
});
