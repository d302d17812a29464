import { keepPreviousData, useQuery } from '@tanstack/react-query';
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
export function useRecipients(
  view: ConversationView,
  channel: ChannelView | undefined,
  own: Recipients | null,
  setOwn: (next: Recipients | null) => void,
) {
  const byMail = channel?.kind === 'email';
  const usual = useQuery({
    queryKey: ['recipients', view.id, channel?.id, view.seq],
    queryFn: ({ signal }) => inboxApi.recipients(view.id, channel!.id, signal),
    enabled: byMail,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  }).data;
  const change = (next: Recipients) => {
    const named = joined(next);
    setOwn(usual && !differs(named, usual) ? null : named);
  };
  const shown = own ?? usual;
  const room: RecipientsRoom | null =
    byMail && usual && shown
      ? { usual, shown, warning: warningOf(shown, usual), change, reset: () => setOwn(null) }
      : null;
  return {
    room,
    /** What goes with the reply; null: the usual ones. A kept choice holds before the server has said which those are. */
    chosen: byMail && own && !(usual && !differs(own, usual)) ? { to: own.to, cc: own.cc } : null,
    nobody: byMail && own !== null && own.to.length === 0,
  };
}
