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

/** socket.io namespace `/chat`: handshake `auth: {websiteToken, visitorToken?, identity?}`. */
export interface ChatMessage {
  id: string;
  seq: number;
  kind: 'inbound' | 'reply';
  text: string;
  at: string;
  clientId?: string | null;
}

export interface ChatServerEvents {
  welcome: (body: { visitorToken: string; conversationId: string | null; seq: number }) => void;
  message: (message: ChatMessage) => void;
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
