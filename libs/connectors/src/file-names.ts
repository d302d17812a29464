import { cleanText, withoutOverrides } from '#kernel';

const EXTENSIONS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
  'text/calendar': 'ics',
  'text/vcard': 'vcf',
  'message/rfc822': 'eml',
  'message/delivery-status': 'txt',
  'audio/mpeg': 'mp3',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
};
const MAX_NAME = 150;

/**
 * A sender's file name as a label: no folders, no control or override characters, never empty. It names nothing on a
 * disk (security.md A1).
 */
export function attachmentName(name: string | null | undefined, contentType: string, number: number): string {
  const base = withoutOverrides(cleanText(name ?? ''))
    .split(/[\\/]/)
    .at(-1)!
    .replace(/[\u0000-\u001f\u007f\u200b\u200e\u200f\u2060\ufeff]+/g, '')
    .replace(/^[.\s]+|\s+$/g, '');
  if (base === '') return `attachment-${number}.${EXTENSIONS[contentType] ?? 'bin'}`;
  if (base.length <= MAX_NAME) return base;
  const dot = base.lastIndexOf('.');
  const extension = dot > 0 && base.length - dot <= 10 ? base.slice(dot) : '';
  return cleanText(base.slice(0, MAX_NAME - extension.length)) + extension;
}
