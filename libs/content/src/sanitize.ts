import sanitizeHtml from 'sanitize-html';
import { htmlToText } from './html-to-text.js';

export interface MailHtmlOptions {
  /** Where the inline image with this Content-ID can be had; null: it is not there. */
  attachmentUrl(cid: string): string | null;
}

/** Longer mails are cut before parsing (security.md B1); the raw original stays downloadable. */
export const MAX_MAIL_HTML = 2_000_000;
/** Deeper elements lose their tags, not their text. */
const MAX_DEPTH = 250;
/** Parsing time grows with the square of the depth, which these bound: 20,000 unclosed elements take 0.3 s. */
const MAX_TAGS = 20_000;

const COLOUR = [/^#[0-9a-f]{3,8}$/i, /^[a-z]+$/i, /^rgba?\([\d\s,.%]+\)$/i];
const LENGTH = [/^-?[\d.]{1,8}(px|pt|em|rem|%)?$/];
const LENGTHS = [/^(-?[\d.]{1,8}(px|pt|em|rem|%)?|auto)( (-?[\d.]{1,8}(px|pt|em|rem|%)?|auto)){0,3}$/];
const BORDER = [
  /^[\d.]{1,6}(px|pt|em)? (solid|dashed|dotted|double|none)( (#[0-9a-f]{3,8}|[a-z]+|rgba?\([\d\s,.%]+\)))?$/i,
  /^(0|none)$/,
];
const DATA_IMAGE = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;

/**
 * Customer HTML made safe to show inside our sandboxed frame: nothing in it runs, loads or navigates by itself. Remote
 * images keep their address in `data-remote-src` and have no `src`. Applied at render, so a better sanitiser repairs
 * old mail (channels.md 4.9, security.md B).
 */
export function sanitizeMailHtml(html: string, options: MailHtmlOptions): string {
  return sanitizeHtml(bounded(html), {
    allowedTags: sanitizeHtml.defaults.allowedTags.concat(['img', 'center', 'font', 'del', 'ins']),
    allowedAttributes: {
      '*': ['style', 'align', 'valign', 'bgcolor', 'dir', 'lang'],
      a: ['href', 'target', 'rel', 'title'],
      img: ['src', 'alt', 'width', 'height', 'data-remote-src'],
      font: ['color', 'size', 'face'],
      table: ['width', 'height', 'border', 'cellpadding', 'cellspacing', 'summary'],
      td: ['width', 'height', 'colspan', 'rowspan'],
      th: ['width', 'height', 'colspan', 'rowspan'],
      col: ['width', 'span'],
      ol: ['start', 'type'],
      blockquote: ['type'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    allowedSchemesAppliedToAttributes: ['href', 'src', 'data-remote-src'],
    allowProtocolRelative: false,
    allowedStyles: { '*': styles() },
    nonTextTags: [
      'script',
      'style',
      'textarea',
      'option',
      'noscript',
      'title',
      'template',
      'xmp',
      'noembed',
      'noframes',
    ],
    nestingLimit: MAX_DEPTH,
    disallowedTagsMode: 'discard',
    enforceHtmlBoundary: false,
    transformTags: {
      a: (tagName, attributes) => ({ tagName, attribs: link(attributes) }),
      img: (tagName, attributes) => ({ tagName, attribs: image(attributes, options) }),
    },
  });
}

/** What lies behind the last element we are willing to parse is kept as its words. */
function bounded(html: string): string {
  const input = (html.length > MAX_MAIL_HTML ? html.slice(0, MAX_MAIL_HTML) : html).replaceAll('\u0000', '');
  let tags = 0;
  for (const match of input.matchAll(/<[a-z]/gi)) {
    tags += 1;
    if (tags > MAX_TAGS) return input.slice(0, match.index) + escapeText(htmlToText(input.slice(match.index)));
  }
  return input;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');
}

function styles(): Record<string, RegExp[]> {
  const allowed: Record<string, RegExp[]> = {
    color: COLOUR,
    'background-color': COLOUR,
    'text-align': [/^(left|right|center|justify|start|end)$/],
    'font-weight': [/^\w+$/],
    'font-style': [/^(normal|italic|oblique)$/],
    'font-size': [...LENGTH, /^[a-z-]{1,12}$/],
    'line-height': LENGTH,
    'text-decoration': [/^(none|underline|line-through)$/],
    'vertical-align': [/^[a-z-]{1,12}$/],
    'white-space': [/^(normal|nowrap|pre|pre-wrap|pre-line)$/],
    direction: [/^(ltr|rtl)$/],
    width: [/^[\d.]{1,6}(px|em|%)$/],
    'max-width': [/^[\d.]{1,6}(px|em|%)$/],
    border: BORDER,
    margin: LENGTHS,
    padding: LENGTHS,
  };
  for (const side of ['top', 'right', 'bottom', 'left']) {
    allowed[`border-${side}`] = BORDER;
    allowed[`padding-${side}`] = LENGTHS;
    allowed[`margin-${side}`] = LENGTHS;
  }
  return allowed;
}

/** A relative link would lead into our own host; it stays as text. */
function link(attributes: Record<string, string>): Record<string, string> {
  const href = attributes['href']?.trim() ?? '';
  const kept: Record<string, string> = { rel: 'noopener noreferrer nofollow', target: '_blank' };
  if (attributes['title']) kept['title'] = attributes['title'];
  if (attributes['style']) kept['style'] = attributes['style'];
  if (/^(https?:\/\/|mailto:|tel:)/i.test(href)) kept['href'] = href;
  return kept;
}

function image(attributes: Record<string, string>, options: MailHtmlOptions): Record<string, string> {
  const source = (attributes['src'] ?? '').trim();
  const kept: Record<string, string> = {};
  for (const name of ['alt', 'width', 'height', 'style', 'align']) {
    if (attributes[name] !== undefined) kept[name] = attributes[name];
  }
  if (/^cid:/i.test(source)) {
    const url = options.attachmentUrl(decodeCid(source.slice(4)));
    if (url !== null) kept['src'] = url;
  } else if (DATA_IMAGE.test(source)) kept['src'] = source;
  else if (/^https?:\/\//i.test(source)) kept['data-remote-src'] = source;
  else if (source.startsWith('//')) kept['data-remote-src'] = `https:${source}`;
  return kept;
}

/** RFC 2392: the Content-ID in a cid URL is percent-encoded; senders often do not bother. */
function decodeCid(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}
