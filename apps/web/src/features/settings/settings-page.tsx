import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ADMIN_SETTINGS, Link, OWN_SETTINGS, SETTINGS } from '../../router.js';
import type { SettingsPage as Section } from '../../router.js';
import { mayManage, useMe } from '../../session.js';
import { cx } from '../../ui/cx.js';
import { Empty } from '../../ui/small.js';
import { AlertsPage } from './alerts-page.js';
import { AuditPage } from './audit-page.js';
import { ChannelsPage } from './channels-page.js';
import { PeoplePage } from './people-page.js';
import { PoliciesPage } from './policies-page.js';
import { ProfilePage } from './profile-page.js';
import { TokensPage } from './tokens-page.js';

const PAGES = {
  channels: ChannelsPage,
  people: PeoplePage,
  policies: PoliciesPage,
  alerts: AlertsPage,
  tokens: TokensPage,
  audit: AuditPage,
  profile: ProfilePage,
};

/** What managers and administrators arrange; everybody has their own tokens and profile. */
export default function SettingsPage({ section }: { section: Section }) {
  const { t } = useTranslation();
  const me = useMe();
  const allowed = SETTINGS.filter((name) => {
    if (ADMIN_SETTINGS.includes(name)) return me.role === 'admin';
    return mayManage(me) || OWN_SETTINGS.includes(name);
  });
  const Content = PAGES[section];
  const tabs = useRef<HTMLElement>(null);
  // a phone shows half of them
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  return (
    <div className="flex h-full flex-col">
      <nav
        ref={tabs}
        aria-label={t('nav.settings')}
        className="shrink-0 overflow-x-auto border-b border-line bg-surface"
      >
        <div className="mx-auto flex max-w-[56rem] gap-1 px-2 md:px-5.5">
          {allowed.map((name) => (
            <Link
              key={name}
              href={`/settings/${name}`}
              aria-current={name === section ? 'page' : undefined}
              className={cx(
                'flex h-12 shrink-0 items-center border-b-2 px-2.5 text-sm no-underline outline-offset-[-3px]',
                name === section ? 'border-accent font-medium text-ink' : 'border-transparent text-soft hover:text-ink',
              )}
            >
              {t(`settings.${name}`)}
            </Link>
          ))}
        </div>
      </nav>
      <div className="min-h-0 flex-1">
        {allowed.includes(section) ? <Content /> : <Empty whole title={t('problems.http_403')} />}
      </div>
    </div>
  );
}
