import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat, ChatState } from '../chat/chat.js';
import type { Speech } from '../words/words.js';
import { SendIcon } from './icons.js';

const MAX_TEXT = 4_000;
const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

interface Props {
  chat: Chat;
  state: ChatState;
  speech: Speech;
}

export function Composer({ chat, state, speech: { words, direction } }: Props) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    const fit = () => {
      const element = field.current!;
      element.style.height = 'auto';
      element.style.height = `${Math.min(element.scrollHeight + 2, 140)}px`;
    };
    fit();
    addEventListener('resize', fit); // the frame grows just after the panel opened in it
    return () => removeEventListener('resize', fit);
  }, [text]);
  const send = () => {
    const trimmed = text.trim();
    if (trimmed === '' || state.connection === 'closed') return;
    chat.say(trimmed);
    setText('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // an input method uses Enter to choose a word
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir={text === '' ? direction : 'auto'}
        maxLength={MAX_TEXT}
        value={text}
        aria-label={words.message}
        placeholder={words.placeholder}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" disabled={text.trim() === ''} aria-label={words.send} title={words.send}>
        <SendIcon />
      </button>
    </form>
  );
}

/** Name and email, if he likes: never asked for before he may write. */
export function Introduction({ chat, state, speech: { words } }: Props) {
  const [name, setName] = useState(state.profile.name);
  const [email, setEmail] = useState(state.profile.email);
  const [wrong, setWrong] = useState(false);
  const [open, setOpen] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    const good = email.trim() === '' || EMAIL.test(email.trim());
    setWrong(!good);
    if (!good) return;
    chat.introduce({ name: name.trim(), email: email.trim() });
    setOpen(false);
  };
  const known = [state.profile.name, state.profile.email].filter(Boolean).join(' · ');
  return (
    <details class="about" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{known ? <bdi>{known}</bdi> : words.about}</summary>
      <form onSubmit={save} noValidate>
        <p>{words.aboutHint}</p>
        <label>
          {words.name}
          <input
            dir="auto"
            autocomplete="name"
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          {words.email}
          <input
            type="email"
            dir="ltr"
            autocomplete="email"
            maxLength={254}
            value={email}
            aria-invalid={wrong}
            aria-describedby={wrong ? 'email-wrong' : undefined}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        {wrong && (
          <p class="wrong" id="email-wrong" role="alert">
            {words.emailWrong}
          </p>
        )}
        <button type="submit" class="save">
          {words.save}
        </button>
      </form>
    </details>
  );
}
