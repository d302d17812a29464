import { DirectionProvider } from '@base-ui/react/direction-provider';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf } from './i18n/index.js';
import { Outcomes } from './features/composer/outcome.js';
import { Frame } from './features/frame/frame.js';
import { useZoneOffer } from './features/frame/zone-offer.js';
import { InboxPage } from './features/inbox-list/inbox-page.js';
import { useLiveNumbers } from './features/frame/live-numbers.js';
import { SignIn } from './features/sign-in/sign-in.js';
import { navigate, useRoute } from './router.js';
import type { Route } from './router.js';
import { useSession } from './session.js';
import { Button } from './ui/button.js';
import { Empty } from './ui/small.js';
import { ToastRegion } from './ui/toast.js';

const Welcome = lazy(() => import('./features/sign-in/welcome.js'));
const Reports = lazy(() => import('./features/reports/reports-page.js'));
const Waits = lazy(() => import('./features/reports/waits-page.js'));
const Settings = lazy(() => import('./features/settings/settings-page.js'));
const Operations = lazy(() => import('./features/operations/operations-page.js'));
const CustomerPage = lazy(() => import('./features/customer/customer-page.js'));

export function App() {
  const { i18n } = useTranslation();
  return (
    <DirectionProvider direction={directionOf(i18n.language)}>
      <Gate />
      <ToastRegion />
    </DirectionProvider>
  );
}

/** Signed in or not decides what is there at all; addresses are kept for after the sign-in. */
function Gate() {
  const { t } = useTranslation();
  const session = useSession();
  const route = useRoute();
  const inside = session.status === 'signed-in';
  useEffect(() => {
    if (inside && (route.page === 'sign-in' || route.page === 'welcome')) navigate('/inbox', { replace: true });
    if (inside && location.pathname === '/') navigate('/inbox', { replace: true });
  }, [inside, route]);
  if (session.status === 'asking') return null;
  if (session.status === 'unreachable') {
    return (
      <Empty
        whole
        title={t('app.unreachable')}
        action={<Button onClick={session.again}>{t('common.tryAgain')}</Button>}
      >
        {t('app.unreachableHint')}
      </Empty>
    );
  }
  if (session.status === 'needs-admin') {
    return (
      <Suspense fallback={null}>
        <Welcome />
      </Suspense>
    );
  }
  return inside ? <Inside route={route} /> : <SignIn />;
}

function Inside({ route }: { route: Route }) {
  useLiveNumbers();
  useZoneOffer();
  return (
    <Frame>
      <Suspense fallback={null}>
        <Page route={route} />
      </Suspense>
      <Outcomes />
    </Frame>
  );
}

function Page({ route }: { route: Route }) {
  const { t } = useTranslation();
  switch (route.page) {
    case 'inbox':
    case 'sign-in':
    case 'welcome':
      return <InboxPage conversationId={route.page === 'inbox' ? route.conversationId : null} />;
    case 'customer':
      return <CustomerPage id={route.id} />;
    case 'reports':
      return <Reports />;
    case 'waits':
      return <Waits />;
    case 'settings':
      return <Settings section={route.section} />;
    case 'operations':
      return <Operations />;
    case 'unknown':
      return (
        <Empty
          whole
          title={t('app.notFound')}
          action={<Button onClick={() => navigate('/inbox')}>{t('app.toInbox')}</Button>}
        >
          {t('app.notFoundHint')}
        </Empty>
      );
  }
}
