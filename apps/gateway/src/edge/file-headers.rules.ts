import { withoutOverrides } from '#kernel';

/** Pictures that a browser draws without running anything; SVG is none of them (security.md A3). */
const INLINE = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** What may keep its name as a download; everything else leaves as bytes. */
const NAMED = [...INLINE, 'application/pdf', 'text/plain', 'message/rfc822', 'audio/mpeg', 'audio/ogg', 'video/mp4'];

export interface ServedFile {
  name: string;
  contentType: string;
  inline: boolean;
}

/** The headers of every file of a customer (security.md A2): an opaque origin, no sniffing, a download unless a raster image. */
export function fileHeaders(file: ServedFile): Record<string, string> {
  const contentType = NAMED.includes(file.contentType) ? file.contentType : 'application/octet-stream';
  const disposition = file.inline && INLINE.includes(contentType) ? 'inline' : 'attachment';
  return {
    'content-type': contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType,
    'content-disposition': `${disposition}; ${fileNames(file.name)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=60',
    'cross-origin-resource-policy': 'same-site',
  };
}

/** RFC 6266: a plain name for old programs, the real one percent-encoded (RFC 8187). */
function fileNames(name: string): string {
  const clean = withoutOverrides(name)
    .toWellFormed()
    // control characters, quotes, path separators and what Windows reserves; zero-width characters hide endings
    .replace(/[\u0000-\u001f\u007f-\u009f"\\/:*?<>|\u200b-\u200f\u2060\ufeff]/g, '_')
    .replace(/^[.\s-]+|[.\s]+$/g, '')
    .slice(0, 180);
  const shown = clean || 'file';
  const ascii = shown.replace(/[^\x20-\x7e]/g, '_').replace(/[%;]/g, '_');
  const encoded = encodeURIComponent(shown.toWellFormed()).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
