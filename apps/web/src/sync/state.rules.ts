import type { ConversationView, DueView, MessageView, ReplyRecipientsView } from '#contracts';

/** Somebody a mail goes to. */
export type Correspondent = ReplyRecipientsView['to'][number];

export interface Recipients {
  to: Correspondent[];
  cc: Correspondent[];
}

/** What the server keeps of a box that nobody has sent yet; without recipients: the usual ones. */
export interface KeptDraft {
  text: string;
  kind: 'reply' | 'note';
  channelId?: string | null;
  to?: Correspondent[] | null;
  cc?: Correspondent[] | null;
}

/** A reply or note on its way: shown at once, gone when the server's message with the same `clientId` is there. */
export interface Pending {
  clientId: string;
  conversationId: string;
  kind: 'reply' | 'note';
  text: string;
  channelId: string | null;
  attachments: { id: string; name: string; size: number }[];
  /** Whom its author named instead of the usual recipients; null: nobody. */
  recipients: Recipients | null;
  /** Highest message number its author had on the screen. */
  seenSeq: number;
  confirm: boolean;
  state: 'holding' | 'sending';
  /** Holding: when it leaves (milliseconds). */
  releaseAt: number;
  at: string;
}

export interface Thread {
  /** In order of `seq`, without gaps between the first and the last. */
  messages: MessageView[];
  status: 'loading' | 'ready' | 'failed';
}

/** What the page knows, normalised by id. Lists and sections are derived from it. */
export interface SyncState {
  conversations: Record<string, ConversationView>;
  threads: Record<string, Thread>;
  /** A gap in `version`, or a change that only the server can tell in full: fetch again until at least this version. */
  stale: Record<string, number>;
  /** The loaded thread lacks its newest messages. */
  behind: Record<string, true>;
  /** Mentioned by an event, never loaded: the lists have to ask whether it belongs to them. */
  unknown: Record<string, true>;
  /** The last word of the SLA clock: inbox's snapshot hears of it a moment later than we do. */
  clock: Record<string, { due: DueView | null; eventAt: string }>;
}

export const emptyState = (): SyncState => ({
  conversations: {},
  threads: {},
  stale: {},
  behind: {},
  unknown: {},
  clock: {},
});
