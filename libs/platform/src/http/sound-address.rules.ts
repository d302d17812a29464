/**
 * Percent signs that begin no character of UTF-8 stand for themselves: a mistyped address is looked for and not found, or
 * is a page, instead of being refused before anybody has looked.
 */
export function soundAddress(url: string): string {
  if (!url.includes('%')) return url;
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll('%', '%25') + url.slice(path.length);
  }
}
