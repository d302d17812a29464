import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../chat/chat.js';
import { unread } from '../chat/timeline.rules.js';
import type { Host } from '../host.js';
import type { Speech } from '../words/words.js';
import { Composer, Introduction } from './composer.js';
import { ChatIcon, DownIcon } from './icons.js';
import { Messages } from './messages.js';

interface Props {
  chat: Chat;
  host: Host;
  speech: Speech;
  title: string | null;
}

export function Widget({ chat, host, speech, title }: Props) {
  const [state, setState] = useState(chat.state);
  const [open, setOpen] = useState(false);
  const [narrow, setNarrow] = useState(false);
  const bubble = useRef<HTMLButtonElement>(null);
  useEffect(() => chat.subscribe(() => setState(chat.state)), [chat]);
  useEffect(() => host.listen({ open: () => setOpen(true), close: () => setOpen(false), narrow: setNarrow }), [host]);
  const toggle = (next: boolean) => {
    setOpen(next);
    if (!next) requestAnimationFrame(() => bubble.current?.focus());
  };
  useEffect(() => host.tell({ kairos: 'frame', type: 'size', open }), [host, open]);
  const count = unread(state.timeline, state.readSeq);
  const last = state.timeline.messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    const look = () => open && document.visibilityState === 'visible' && chat.read();
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [chat, open, last]);
  useEffect(() => host.tell({ kairos: 'frame', type: 'unread', count }), [host, count]);
  const { words } = speech;
  if (!open) {
    return (
      <>
        <h1 class="hidden">{title ?? words.chat}</h1>
        <button
          ref={bubble}
          type="button"
          class="bubble"
          aria-expanded={false}
          aria-label={count > 0 ? words.openUnread(count) : words.open}
          onClick={() => toggle(true)}
        >
          <ChatIcon />
          {count > 0 && (
            <span class="count" aria-hidden>
              {new Intl.NumberFormat(speech.locale).format(Math.min(count, 99))}
            </span>
          )}
        </button>
      </>
    );
  }
  return <Panel {...{ chat, state, speech, narrow }} title={title ?? words.chat} onClose={() => toggle(false)} />;
}

interface PanelProps {
  chat: Chat;
  state: Chat['state'];
  speech: Speech;
  title: string;
  narrow: boolean;
  onClose: () => void;
}

function Panel({ chat, state, speech, title, narrow, onClose }: PanelProps) {
  const panel = useRef<HTMLElement>(null);
  const { words } = speech;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Tab' && narrow) keepInside(panel.current!, event);
  };
  const note =
    state.connection === 'offline'
      ? words.offline
      : state.connection === 'closed'
        ? words.closed
        : state.connection === 'connecting' && !state.loaded
          ? words.connecting
          : null;
  return (
    <section class="panel" role="dialog" aria-modal={narrow} aria-labelledby="title" ref={panel} onKeyDown={onKeyDown}>
      <header>
        <h1 id="title" dir="auto">
          {title}
        </h1>
        <button type="button" class="close" onClick={onClose} aria-label={words.close} title={words.close}>
          <DownIcon />
        </button>
      </header>
      <p class={note ? 'note shown' : 'note'} role="status">
        {note}
      </p>
      <Messages chat={chat} state={state} speech={speech} />
      {state.connection !== 'closed' && (
        <footer>
          <Introduction chat={chat} state={state} speech={speech} />
          <Composer chat={chat} state={state} speech={speech} />
        </footer>
      )}
    </section>
  );
}

/** On a phone the panel is the whole page: Tab goes round in it. */
function keepInside(panel: HTMLElement, event: KeyboardEvent): void {
  const all = [
    ...panel.querySelectorAll<HTMLElement>('button:not(:disabled), textarea, input, summary, a[href], [tabindex="0"]'),
  ];
  const stops = all.filter((element) => element.getClientRects().length > 0);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}
