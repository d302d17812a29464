/**
 * Whether a mail is more than text with line breaks: pictures, tables, colours. Only those need the frame; for all
 * others the plain text reads better and speaks our own typography.
 */
export function isRich(html: string | null): boolean {
  if (!html) return false;
  if (/<(img|table|h[1-6]|hr|ul|ol|pre|center)\b/i.test(html)) return true;
  if (/style\s*=\s*["'][^"']*(background|color\s*:|border|font-size|text-align)/i.test(html)) return true;
  // A link whose words are not its address would lose its aim in plain text.
  return [...html.matchAll(/<a\b[^>]*href\s*=\s*["']([^"']+)["'][^>]*>([\s\S]*?)<\/a>/gi)].some(([, href, words]) => {
    const said = (words ?? '').replace(/<[^>]*>/g, '').trim();
    return said !== '' && !(href ?? '').includes(said);
  });
}

/** Height that fits most mails of this length at our width; there is no way to measure inside the frame. */
export function guessHeight(html: string): number {
  const text = html
    .replace(/<(style|head)[\s\S]*?<\/\1>/gi, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  const breaks = html.match(/<(br|p|div|tr|li|h[1-6])\b/gi)?.length ?? 0;
  const pictures = html.match(/<img\b(?![^>]*data-remote-src)/gi)?.length ?? 0;
  const lines = Math.max(text.length / 80, breaks * 0.9);
  const boxes = html.match(/<(tr|td|h[1-6])\b/gi)?.length ?? 0;
  return Math.round(Math.min(2_400, Math.max(96, 70 + lines * 24 + boxes * 16 + pictures * 160)));
}
