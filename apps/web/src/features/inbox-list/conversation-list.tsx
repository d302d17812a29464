import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox as InboxIcon } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannels } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link, navigate } from '../../router.js';
import { mayManage, useMe } from '../../session.js';
import { sectionOf } from '../../sync/due.rules.js';
import type { Section } from '../../sync/due.rules.js';
import { useHeld, useList } from '../../sync/list.js';
import type { ListFilter } from '../../sync/list.rules.js';
import { useConversations } from '../../sync/store.js';
import { useNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { announce } from '../../ui/toast.js';
import { Bar, Empty } from '../../ui/small.js';
import { useCommand } from '../shortcuts/keys.js';
import { Row, ROW_HEIGHT } from './row.js';

const SECTION_HEIGHT = 28;

type Item = { section: Section; id?: undefined } | { id: string; section?: undefined };

interface ListProps {
  filter: ListFilter;
  search: string;
  openId: string | null;
  narrowed: boolean;
}

export function ConversationList({ filter, search, openId, narrowed }: ListProps) {
  const { t } = useTranslation();
  const me = useMe();
  const key = JSON.stringify(filter);
  const list = useList(filter);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const { shown, news, release } = useHeld(list.ids, pointed || focused, key);
  const items = useItems(shown, filter.sort === 'due');
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.section ? SECTION_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => items[index]?.section ?? items[index]?.id ?? index,
    overscan: 6,
  });

  const visible = rows.getVirtualItems();
  const { loadMore } = list;
  const lastVisible = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastVisible > items.length - 20) void loadMore();
  }, [lastVisible, items.length, loadMore]);
  useEffect(() => {
    if (news > 0) announce(t('list.news', { count: news }));
  }, [news, t]);

  const step = (by: 1 | -1) => {
    const at = openId ? shown.indexOf(openId) : -1;
    const next = shown[at === -1 ? (by === 1 ? 0 : shown.length - 1) : at + by];
    if (!next) return;
    navigate(conversationPath(next, search));
    rows.scrollToIndex(items.findIndex((item) => item.id === next));
  };
  useCommand('next', () => step(1));
  useCommand('previous', () => step(-1));

  if (list.status === 'loading') return <Skeletons />;
  if (list.status === 'failed') {
    return (
      <Empty
        title={t('list.failed')}
        action={<Button onClick={() => void list.refresh()}>{t('common.tryAgain')}</Button>}
      />
    );
  }
  return (
    <div className="relative min-h-0 flex-1">
      {news > 0 ? (
        <div className="absolute inset-x-0 top-1.5 z-10 flex justify-center">
          <Button look="primary" className="appear !min-h-7 !rounded-full shadow-pop" onClick={release}>
            {t('list.news', { count: news })}
          </Button>
        </div>
      ) : null}
      {items.length === 0 ? <Nothing narrowed={narrowed} status={filter.status} /> : null}
      <div
        ref={scroller}
        className="h-full overflow-y-auto"
        onPointerEnter={(event) => event.pointerType === 'mouse' && setPointed(true)}
        onPointerLeave={() => setPointed(false)}
        onFocus={(event) => setFocused(event.target.matches(':focus-visible'))}
        onBlur={() => setFocused(false)}
      >
        <div role="list" aria-label={t('list.label')} style={{ blockSize: rows.getTotalSize(), position: 'relative' }}>
          {visible.map((cell) => {
            const item = items[cell.index];
            if (!item) return null;
            return (
              <div
                key={cell.key}
                role="listitem"
                aria-setsize={list.nextCursor ? -1 : items.length}
                aria-posinset={cell.index + 1}
                className="absolute inset-x-0 top-0 border-b border-line"
                style={{ blockSize: cell.size, transform: `translateY(${cell.start}px)` }}
              >
                {item.section ? (
                  <SectionLine section={item.section} />
                ) : (
                  <Row id={item.id} filter={filter} meId={me.id} open={item.id === openId} search={search} />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Rows with the quiet lines between them; the page's idea of now may be 5 s old here, the countdown's is not. */
function useItems(ids: string[], byDue: boolean): Item[] {
  const conversations = useConversations();
  const format = useFormat();
  const now = useNow(5_000);
  return useMemo(() => {
    const known = ids.filter((id) => conversations[id]);
    if (!byDue) return known.map((id) => ({ id }));
    const midnight = format.endOfDay(now);
    const items: Item[] = [];
    const told = new Set<Section>();
    for (const id of known) {
      const section = sectionOf(conversations[id]!.due, now, midnight);
      // Held lists may be out of order for a moment: a line is never said twice.
      if (!told.has(section)) items.push({ section });
      told.add(section);
      items.push({ id });
    }
    return items;
  }, [ids, conversations, byDue, now, format]);
}

function SectionLine({ section }: { section: Section }) {
  const { t } = useTranslation();
  return (
    <h2 className="m-0 flex h-full items-end bg-app px-4 pb-1 text-sm font-medium text-faint">
      {t(`sections.${section}`)}
    </h2>
  );
}

function Skeletons() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className="appear flex-1 [animation-delay:300ms]">
      {Array.from({ length: 9 }, (_, index) => (
        <div
          key={index}
          className="flex flex-col justify-center gap-2 border-b border-line px-5"
          style={{ blockSize: ROW_HEIGHT }}
        >
          <Bar className="w-2/5" />
          <Bar className="w-4/5" />
        </div>
      ))}
    </div>
  );
}

/** An empty list says why, and what to do next. */
function Nothing({ narrowed, status }: { narrowed: boolean; status: ListFilter['status'] }) {
  const { t } = useTranslation();
  const me = useMe();
  const channels = useChannels();
  if (narrowed) {
    return (
      <Empty title={t('list.noMatch')} action={<Link href="/inbox">{t('list.clearFilters')}</Link>}>
        {t('list.noMatchHint')}
      </Empty>
    );
  }
  if (channels.length === 0 && mayManage(me)) {
    return (
      <Empty
        icon={<InboxIcon size={28} strokeWidth={1.5} aria-hidden />}
        title={t('list.noChannel')}
        action={
          <Button look="primary" onClick={() => navigate('/settings/channels')}>
            {t('list.connect')}
          </Button>
        }
      >
        {t('list.noChannelHint')}
      </Empty>
    );
  }
  return (
    <Empty icon={<InboxIcon size={28} strokeWidth={1.5} aria-hidden />} title={t(`list.empty.${status ?? 'open'}`)}>
      {t('list.emptyHint')}
    </Empty>
  );
}
