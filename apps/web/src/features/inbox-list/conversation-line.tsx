import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { ChannelIcon } from '../../ui/small.js';

/** A conversation in one line, for lists beside the list: where, what about, when. */
export function ConversationLine({ view, named }: { view: ConversationView; named?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <ChannelIcon kind={view.channelKinds.at(-1) ?? 'custom'} label="" />
      {named ? (
        <bdi dir="auto" className="max-w-40 shrink-0 truncate font-medium">
          {view.customer.displayName}
        </bdi>
      ) : null}
      <span dir="auto" className="min-w-0 flex-1 truncate [text-align:-webkit-match-parent]">
        {titleOf(view)}
      </span>
      {view.status === 'open' ? <span className="shrink-0 text-faint">{t('status.open')}</span> : null}
      <span className="tabular shrink-0 text-faint">{format.shortDate(view.lastMessageAt)}</span>
    </>
  );
}

/** What a conversation is called where it is only mentioned. */
export const titleOf = (view: ConversationView): string => view.subject ?? view.preview;
