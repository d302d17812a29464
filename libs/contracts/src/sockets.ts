import type { ChangeView } from './views.js';

/** socket.io namespace `/agents`: signed in by cookie or `auth: {token}`. */
export interface AgentServerEvents {
  event: (change: ChangeView) => void;
  /** Volatile: who views and who types, for a watched conversation. */
  presence: (state: { conversationId: string; viewing: string[]; typing: string[] }) => void;
}

export interface AgentClientEvents {
  sync: (
    body: { cursor: string },
    ack: (answer: { items: ChangeView[]; cursor: string; resync?: boolean }) => void,
  ) => void;
  watch: (body: { conversationId: string }, ack?: (answer: { ok: boolean }) => void) => void;
  unwatch: (body: { conversationId: string }, ack?: (answer: { ok: boolean }) => void) => void;
  typing: (body: { conversationId: string }) => void;
}

/**
 * socket.io namespace `/chat`: handshake `auth: {websiteToken, visitorToken?, identity?}`. `seq` counts what the visitor
 * may see on this channel, 1, 2, 3 … without gaps, whatever conversation it is in.
 */
export interface ChatMessage {
  id: string;
  seq: number;
  kind: 'inbound' | 'reply';
  text: string;
  at: string;
  clientId?: string | null;
  /** Files of a reply. The url lives for a minute: `sync` gives fresh ones. */
  attachments?: { name: string; contentType: string; size: number; url: string }[];
}

export interface ChatServerEvents {
  welcome: (body: { visitorToken: string; conversationId: string | null; seq: number }) => void;
  /** The ack, where a client gives one, says that the browser has it: the reply is `delivered`. */
  message: (message: ChatMessage, ack?: () => void) => void;
}

export interface ChatClientEvents {
  'message.send': (
    body: { clientId: string; text: string; name?: string; email?: string },
    ack: (answer: { id: string; seq: number } | { error: string }) => void,
  ) => void;
  sync: (
    body: { afterSeq: number },
    ack: (answer: { messages: ChatMessage[]; seq: number } | { error: string }) => void,
  ) => void;
}
