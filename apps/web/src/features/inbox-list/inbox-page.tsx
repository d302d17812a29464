import { MessagesSquare } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCounts } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { useSearch } from '../../router.js';
import { usePhone } from '../../ui/media.js';
import { Empty } from '../../ui/small.js';
import { ConversationList } from './conversation-list.js';
import { ListHeader } from './list-header.js';
import { readAddress } from './views.js';

/** The list paints first; what it opens is fetched while one looks at it. */
const loadPane = () => import('../thread/conversation-pane.js');
const ConversationPane = lazy(() => loadPane().then((room) => ({ default: room.ConversationPane })));

/** List, thread, customer; on a phone one of them at a time. */
export function InboxPage({ conversationId }: { conversationId: string | null }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const search = useSearch();
  const address = useMemo(() => readAddress(search), [search]);
  useTitle(address.view, conversationId);
  useEffect(() => void loadPane(), []);
  return (
    <div className="flex h-full min-w-0">
      {phone && conversationId ? null : (
        <section
          aria-label={t('list.label')}
          className="flex h-full w-full shrink-0 flex-col border-e border-line bg-surface md:w-[19rem] min-[90rem]:w-[22rem]"
        >
          <ListHeader address={address} search={search} openId={conversationId} />
          <ConversationList
            key={JSON.stringify(address.filter)}
            filter={address.filter}
            search={search}
            openId={conversationId}
            narrowed={Object.keys(address.chosen).length > 0}
          />
        </section>
      )}
      {conversationId ? (
        <Suspense fallback={<div className="flex-1 bg-surface" />}>
          <ConversationPane key={conversationId} id={conversationId} />
        </Suspense>
      ) : phone ? null : (
        <div className="min-w-0 flex-1">
          <Empty icon={<MessagesSquare size={32} strokeWidth={1.25} aria-hidden />} title={t('list.chooseTitle')}>
            {t('list.chooseHint')}
          </Empty>
        </div>
      )}
    </div>
  );
}

/** The tab says how many promises are broken, so that one sees it from another tab. */
function useTitle(view: string, conversationId: string | null): void {
  const { t } = useTranslation();
  const format = useFormat();
  const late = useCounts()?.late ?? 0;
  useEffect(() => {
    const name = `${t(`views.${view}`)} · Kairos`;
    document.title = late > 0 ? `(${format.number(late)}) ${name}` : name;
  }, [t, view, late, format, conversationId]);
}
