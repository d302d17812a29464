import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ChannelView, ConversationView, ReplyRecipientsView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import type { Recipients } from '../../sync/state.rules.js';
import { differs, joined, warningOf } from './recipients.rules.js';
import type { Warning } from './recipients.rules.js';

export interface RecipientsRoom {
  /** What the server would do by itself, once it has said so. */
  usual: ReplyRecipientsView;
  shown: Recipients;
  warning: Warning;
  change: (next: Recipients) => void;
  reset: () => void;
}

/**
 * Whom an email reply goes to. The usual recipients are the server's word, asked again after each message; only what
 * the author changed is sent along, so that a reply never goes by a list that has grown old.
 */
export function useRecipients(view: ConversationView, channel: ChannelView | undefined) {
  const [own, setOwn] = useState<Recipients | null>(null);
  const byMail = channel?.kind === 'email';
  const usual = useQuery({
    queryKey: ['recipients', view.id, channel?.id, view.seq],
    queryFn: ({ signal }) => inboxApi.recipients(view.id, channel!.id, signal),
    enabled: byMail,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  }).data;
  const change = useCallback((next: Recipients | null) => setOwn(next && joined(next)), []);
  const shown = own ?? usual;
  const room: RecipientsRoom | null =
    byMail && usual && shown
      ? { usual, shown, warning: warningOf(shown, usual), change, reset: () => change(null) }
      : null;
  return {
    room,
    /** What goes with the reply; null: the usual ones. */
    chosen: byMail && own && usual && differs(own, usual) ? own : null,
    nobody: byMail && own !== null && own.to.length === 0,
    change,
  };
}
