import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatMessage } from '#contracts';
import type { Chat, ChatState } from '../chat/chat.js';
import { linked, type Outgoing } from '../chat/timeline.rules.js';
import type { Speech } from '../words/words.js';
import { FileIcon } from './icons.js';

interface Props {
  chat: Chat;
  state: ChatState;
  speech: Speech;
}

/** What was said, oldest first; new answers are read out. */
export function Messages({ chat, state, speech }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { messages, outgoing } = state.timeline;
  const count = messages.length + outgoing.length;
  useLayoutEffect(() => {
    const element = box.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [count]);
  useEffect(() => {
    const element = box.current!;
    const look = () => (atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 60);
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, []);
  const time = new Intl.DateTimeFormat(speech.locale, { hour: '2-digit', minute: '2-digit' });
  let day = '';
  return (
    <div class="messages" ref={box} role="log" aria-live="polite" aria-label={speech.words.chat} tabIndex={0}>
      {state.loaded && count === 0 && <p class="intro">{speech.words.intro}</p>}
      {messages.map((message) => {
        const date = dayOf(message.at, speech);
        const heading = date === day ? null : date;
        day = date;
        return [
          heading && (
            <p class="day" key={`day ${message.seq}`}>
              <span>{heading}</span>
            </p>
          ),
          <Said key={message.seq} chat={chat} message={message} speech={speech} time={time} />,
        ];
      })}
      {outgoing.map((out) => (
        <Unsent key={out.clientId} chat={chat} out={out} speech={speech} live={state.connection === 'live'} />
      ))}
    </div>
  );
}

interface SaidProps {
  chat: Chat;
  message: ChatMessage;
  speech: Speech;
  time: Intl.DateTimeFormat;
}

function Said({ chat, message, speech: { words }, time }: SaidProps) {
  const own = message.kind === 'inbound';
  return (
    <div class={own ? 'said own' : 'said'}>
      <span class="hidden">{own ? words.you : words.team}: </span>
      <p class="text" dir="auto">
        <Text text={message.text} />
      </p>
      {message.attachments?.map((file) => (
        <File key={file.name} chat={chat} message={message} name={file.name} />
      ))}
      <time class="when" dateTime={message.at}>
        {time.format(new Date(message.at))}
      </time>
    </div>
  );
}

function File({ chat, message, name }: { chat: Chat; message: ChatMessage; name: string }) {
  const open = async () => {
    const url = await chat.freshFile(message, name);
    if (url) location.assign(url); // it comes as a download: the page stays
  };
  return (
    <button type="button" class="file" onClick={() => void open()}>
      <FileIcon />
      <bdi>{name}</bdi>
    </button>
  );
}

interface UnsentProps {
  chat: Chat;
  out: Outgoing;
  speech: Speech;
  live: boolean;
}

function Unsent({ chat, out, speech: { words }, live }: UnsentProps) {
  return (
    <div class="said own unsent">
      <span class="hidden">{words.you}: </span>
      <p class="text" dir="auto">
        <Text text={out.text} />
      </p>
      <span class="when">
        {out.failed ? words.failed : live ? words.sending : words.waits}{' '}
        {out.failed && (
          <button type="button" class="again" onClick={() => chat.tryAgain(out.clientId)}>
            {words.tryAgain}
          </button>
        )}
      </span>
    </div>
  );
}

function Text({ text }: { text: string }) {
  return (
    <>
      {linked(text).map((part, index) =>
        part.href ? (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </>
  );
}

function dayOf(at: string, { locale, words }: Speech): string {
  const date = new Date(at);
  if (date.toDateString() === new Date().toDateString()) return words.today;
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).format(date);
}
