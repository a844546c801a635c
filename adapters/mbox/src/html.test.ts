import { describe, expect, it } from 'vitest';
import { htmlText } from './html.ts';

describe('the text of HTML', () => {
  it.each([
    ['<p>one</p><p>two<br>three</p>', 'one\n\ntwo\nthree'],
    ['<head><title>t</title><style>p{}</style></head><script>x()</script>a<!-- b -->', 'a'],
    ['<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
    ['<blockquote>said<br>so</blockquote>me', '> said\n> so\n\nme'],
    ['see <a href="https://a.example/x">this</a>', 'see this (https://a.example/x)'],
    ['<a href="https://a.example">https://a.example</a>', 'https://a.example'],
    ['<a href="javascript:x()">click</a>', 'click'],
    ['<pre>a  b\n  c</pre>', 'a  b\n  c'],
    ['a&nbsp;&amp;&lt;b&gt; &#8364;', 'a &<b> €'],
    ['<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>', '1 2\n3'],
    ['  spread\n  over\n\n lines ', 'spread over lines'],
  ])('of %j', (html, text) => expect(htmlText(html).trim()).toBe(text));

  it.each(['<div>', '<a href=x>', '<', '<!--', '<blockquote>', '&', '<li>', '<b '])(
    'takes time in proportion to its length, for a million characters of %s',
    (piece) => {
      // CPU time: what else the machine does is not this code's doing. The square of a million takes minutes.
      const before = process.cpuUsage().user;
      htmlText(piece.repeat(1_000_000 / piece.length));
      expect(process.cpuUsage().user - before).toBeLessThan(20_000_000);
    },
  );
});
