import type { FrameSays, HostSays } from './host-messages.js';

/**
 * What a website links to: `<script src="https://…/widget.js" data-token="…" async></script>`. Everything else lives in
 * a frame on our own origin, out of reach of the page and the page out of reach of it (security.md J6).
 * Gives the page `Kairos.open()`, `.close()`, `.identify(jwt)` and `.logout()`.
 */
interface Api {
  open(): void;
  close(): void;
  identify(identity: string): void;
  logout(): void;
}

(() => {
  const isFrameSays = (data: unknown): data is FrameSays =>
    typeof data === 'object' && data !== null && (data as { kairos?: unknown }).kairos === 'frame';
  const script = document.currentScript as HTMLScriptElement | null;
  const page = window as unknown as { Kairos?: Api };
  const token = script?.dataset['token'];
  if (!script || !token || page.Kairos) return;
  const origin = new URL(script.src).origin;
  const narrow = matchMedia('(max-width: 480px), (max-height: 480px)');
  const side = script.dataset['side'] === 'start' ? 'start' : 'end';
  const frame = document.createElement('iframe');
  const query = new URLSearchParams({
    host: location.origin,
    lang: script.dataset['lang'] ?? document.documentElement.lang,
  });
  const waiting: HostSays[] = [];
  let ready = false;
  let open = false;

  const say = (message: HostSays) => {
    if (ready) frame.contentWindow?.postMessage(message, origin);
    else waiting.push(message);
  };
  const place = () => {
    const whole = open && narrow.matches;
    const style: Record<string, string> = {
      position: 'fixed',
      'z-index': '2147483000',
      border: '0',
      margin: '0',
      padding: '0',
      'color-scheme': 'normal',
      background: 'transparent',
      'inset-block-end': '0',
      [side === 'end' ? 'inset-inline-end' : 'inset-inline-start']: '0',
      width: whole ? '100%' : open ? 'min(420px, 100%)' : '96px',
      height: whole ? '100%' : open ? 'min(720px, 100%)' : '96px',
    };
    for (const [name, value] of Object.entries(style)) frame.style.setProperty(name, value, 'important');
  };

  frame.src = `${origin}/widget/frame/${encodeURIComponent(token)}?${query.toString()}`;
  frame.title = 'Chat';
  frame.setAttribute(
    'sandbox',
    'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads',
  );
  place();
  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.origin !== origin || event.source !== frame.contentWindow || !isFrameSays(event.data)) return;
    if (event.data.type === 'ready') {
      ready = true;
      say({ kairos: 'host', type: 'narrow', narrow: narrow.matches });
      for (const message of waiting.splice(0)) say(message);
    } else if (event.data.type === 'size') {
      open = event.data.open;
      place();
    }
  });
  narrow.addEventListener('change', () => {
    place();
    say({ kairos: 'host', type: 'narrow', narrow: narrow.matches });
  });
  page.Kairos = {
    open: () => say({ kairos: 'host', type: 'open' }),
    close: () => say({ kairos: 'host', type: 'close' }),
    identify: (identity) => say({ kairos: 'host', type: 'identify', identity }),
    logout: () => say({ kairos: 'host', type: 'logout' }),
  };
  const mount = () => document.body.append(frame);
  if (document.body) mount();
  else addEventListener('DOMContentLoaded', mount);
})();
