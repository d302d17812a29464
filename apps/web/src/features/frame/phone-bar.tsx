import { BarChart3, Settings } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { conversationPath, Link, useRoute, useSearch } from '../../router.js';
import { mayManage, useMe } from '../../session.js';
import { cx } from '../../ui/cx.js';
import { readAddress, withPart } from '../inbox-list/views.js';
import { PersonMenu } from './person-menu.js';
import { VIEW_ICONS } from './sidebar.js';

/** The way around on a phone; it leaves while a conversation is read, so that the composer sits above the keyboard. */
export function PhoneBar() {
  const { t } = useTranslation();
  const route = useRoute();
  const { view } = readAddress(useSearch());
  const me = useMe();
  const inInbox = route.page === 'inbox';
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex shrink-0 items-stretch justify-around border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
    >
      {(['inbox', 'mine', 'unassigned'] as const).map((item) => (
        <Tab
          key={item}
          href={conversationPath(null, withPart('', 'view', item))}
          icon={VIEW_ICONS[item]}
          label={t(`views.${item}`)}
          current={inInbox && view === item}
        />
      ))}
      <Tab href="/reports" icon={BarChart3} label={t('nav.reports')} current={route.page === 'reports'} />
      <Tab
        href={mayManage(me) ? '/settings/channels' : '/settings/profile'}
        icon={Settings}
        label={t('nav.settings')}
        current={route.page === 'settings'}
      />
      <div className="flex w-12 items-center">
        <PersonMenu wide={false} />
      </div>
    </nav>
  );
}

interface TabProps {
  href: string;
  icon: LucideIcon;
  label: string;
  current: boolean;
}

const Tab = ({ href, icon: Icon, label, current }: TabProps) => (
  <Link
    href={href}
    aria-label={label}
    aria-current={current ? 'page' : undefined}
    className={cx(
      'flex h-14 min-w-12 flex-1 flex-col items-center justify-center gap-0.5 no-underline',
      current ? 'text-accent' : 'text-soft',
    )}
  >
    <Icon size={20} aria-hidden strokeWidth={current ? 2.1 : 1.75} />
    <span aria-hidden className="max-w-17 truncate text-[0.6875rem] leading-4">
      {label}
    </span>
  </Link>
);
