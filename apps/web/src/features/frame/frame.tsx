import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../../router.js';
import { useConnection } from '../../sync/store.js';
import { usePhone } from '../../ui/media.js';
import { Shortcuts } from '../shortcuts/shortcuts.js';
import { PhoneBar } from './phone-bar.js';
import { Sidebar } from './sidebar.js';

/** What every page behind the sign-in stands in. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const route = useRoute();
  const phone = usePhone();
  const reading = route.page === 'inbox' && route.conversationId !== null;
  return (
    <div className="flex h-full flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-pop"
      >
        {t('app.skip')}
      </a>
      <Reconnecting />
      <div className="flex min-h-0 flex-1">
        {phone ? null : <Sidebar />}
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      {phone && !reading ? <PhoneBar /> : null}
      <Shortcuts />
    </div>
  );
}

function Reconnecting() {
  const { t } = useTranslation();
  const connection = useConnection();
  const lost = connection === 'reconnecting';
  useEffect(() => {
    document.documentElement.dataset.connection = connection;
  }, [connection]);
  return (
    <div role="status">
      {lost ? <p className="m-0 bg-hover px-4 py-1.5 text-center text-sm text-soft">{t('app.reconnecting')}</p> : null}
    </div>
  );
}
