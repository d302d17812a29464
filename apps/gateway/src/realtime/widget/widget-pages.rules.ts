/** What the widget's page needs to know of its channel. */
export interface WidgetChannel {
  websiteToken: string;
  title: string;
  language: string;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** The page in the frame. It says in which language it speaks once its script runs. */
export function framePage({ websiteToken, title, language }: WidgetChannel): string {
  return `<!doctype html>
<html lang="${escaped(language || 'en')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>${escaped(title || 'Chat')}</title>
<link rel="stylesheet" href="/widget/frame.css">
<script type="module" src="/widget/frame.js"></script>
</head>
<body><main id="kairos" data-website-token="${escaped(websiteToken)}" data-title="${escaped(title)}" data-language="${escaped(language)}"></main></body>
</html>
`;
}

/** A shop that does not exist, with the chat on it as a website would have it. */
export function demoPage({ websiteToken, language }: WidgetChannel, publicUrl: string): string {
  const snippet = `<script src="${publicUrl}/widget.js" data-token="${websiteToken}" async></script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Demo shop</title>
<link rel="stylesheet" href="/widget/demo.css">
<script src="/widget.js" data-token="${escaped(websiteToken)}"${language ? ` data-lang="${escaped(language)}"` : ''} async></script>
</head>
<body>
<main>
<h1>The shop at the corner</h1>
<p>A page to try the chat on. Use the button in the corner: what you write arrives in the inbox, and the answer comes back here.</p>
<ul>
<li><strong>Coffee, 250 g</strong>Roasted on Tuesday.</li>
<li><strong>Olive oil, 1 l</strong>From Crete.</li>
<li><strong>Honey, 450 g</strong>Thyme and pine.</li>
</ul>
<h2>On your own website</h2>
<p>Add this line before the end of the page, and its origin to the channel's allowed origins:</p>
<code>${escaped(snippet)}</code>
</main>
</body>
</html>
`;
}

/**
 * Who may put the page into a frame: our own pages and the channel's origins. Everything else of the policy is as
 * everywhere: only our own scripts run.
 */
export function framePolicy(allowedOrigins: unknown): string {
  const origins = Array.isArray(allowedOrigins)
    ? allowedOrigins.filter((one): one is string => typeof one === 'string' && /^https?:\/\/[^\s;,'"*]+$/.test(one))
    : [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self'${origins.map((origin) => ` ${origin}`).join('')}`,
  ].join('; ');
}
