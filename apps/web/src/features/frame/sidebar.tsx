import { AlarmClock, BarChart3, CheckCheck, Inbox, Settings, Timer, User, UserX, Wrench } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCounts } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link, useRoute, useSearch } from '../../router.js';
import { mayManage, useMe } from '../../session.js';
import { cx } from '../../ui/cx.js';
import { useWide } from '../../ui/media.js';
import { readAddress, VIEWS, withPart } from '../inbox-list/views.js';
import type { View } from '../inbox-list/views.js';
import { Mark } from '../sign-in/doorway.js';
import { PersonMenu } from './person-menu.js';

export const VIEW_ICONS: Record<View, LucideIcon> = {
  inbox: Inbox,
  mine: User,
  unassigned: UserX,
  snoozed: AlarmClock,
  resolved: CheckCheck,
};

export function Sidebar() {
  const { t } = useTranslation();
  const wide = useWide();
  const me = useMe();
  const route = useRoute();
  const counts = useCounts();
  const current = readAddress(useSearch()).view;
  const inInbox = route.page === 'inbox';
  const numbers: Partial<Record<View, number>> = counts
    ? { inbox: counts.inbox, mine: counts.mine, unassigned: counts.unassigned }
    : {};
  return (
    <nav
      aria-label={t('nav.label')}
      className={cx('flex shrink-0 flex-col gap-px border-e border-line p-2', wide ? 'w-[12.5rem]' : 'w-14')}
    >
      <Link href="/inbox" className="mb-2 flex h-10 items-center gap-2 rounded-md px-2 text-ink no-underline">
        <Mark size={22} />
        {wide ? (
          <span className="text-base font-semibold" translate="no">
            {t('app.name')}
          </span>
        ) : (
          <span className="sr-only">{t('app.name')}</span>
        )}
      </Link>
      {VIEWS.map((view) => (
        <Item
          key={view}
          href={conversationPath(null, withPart('', 'view', view))}
          icon={VIEW_ICONS[view]}
          label={t(`views.${view}`)}
          current={inInbox && current === view}
          count={numbers[view]}
          late={view === 'inbox' ? counts?.late : undefined}
          wide={wide}
        />
      ))}
      <div className="my-2 h-px bg-line" />
      <Item
        href="/reports"
        icon={BarChart3}
        label={t('nav.reports')}
        current={route.page === 'reports' || route.page === 'waits'}
        wide={wide}
      />
      {mayManage(me) ? (
        <Item
          href="/operations"
          icon={Wrench}
          label={t('nav.operations')}
          current={route.page === 'operations'}
          wide={wide}
        />
      ) : null}
      <Item
        href={mayManage(me) ? '/settings/channels' : '/settings/profile'}
        icon={Settings}
        label={t('nav.settings')}
        current={route.page === 'settings'}
        wide={wide}
      />
      <div className="mt-auto">
        <PersonMenu wide={wide} />
      </div>
    </nav>
  );
}

interface ItemProps {
  href: string;
  icon: LucideIcon;
  label: string;
  current: boolean;
  wide: boolean;
  count?: number | undefined;
  late?: number | undefined;
}

function Item({ href, icon: Icon, label, current, wide, count, late }: ItemProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      title={wide ? undefined : label}
      className={cx(
        'relative flex h-8 items-center gap-2.5 rounded-md px-2 text-sm no-underline transition-colors',
        wide ? '' : 'justify-center',
        current ? 'bg-accent-soft font-medium text-accent' : 'text-soft hover:bg-hover hover:text-ink',
      )}
    >
      <Icon size={16} aria-hidden className="shrink-0" strokeWidth={current ? 2.1 : 1.75} />
      <span className={wide ? 'flex-1 truncate' : 'sr-only'}>{label}</span>
      {wide && late ? (
        <span
          className="tabular flex items-center gap-1 font-semibold text-red"
          title={t('nav.lateTitle', { count: late })}
        >
          <Timer size={13} aria-hidden />
          <span aria-hidden>{format.number(late)}</span>
          <span className="sr-only">{t('nav.lateTitle', { count: late })}</span>
        </span>
      ) : null}
      {wide && count !== undefined ? <span className="tabular">{format.number(count)}</span> : null}
    </Link>
  );
}
