import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { PersonView } from '#contracts';
import { sessionApi } from './api/admin.js';
import { onLostSession } from './api/http.js';
import { isProblem } from './api/problem.js';
import { setZone } from './i18n/format.js';
import { speak } from './i18n/index.js';
import { connect, disconnect } from './sync/connection.js';
import { releaseAll } from './sync/outbox.js';
import { clearState } from './sync/store.js';

type Status = 'asking' | 'signed-in' | 'signed-out' | 'needs-admin' | 'unreachable';

interface Session {
  status: Status;
  person: PersonView | null;
  needsCode: boolean;
  enter: (person: PersonView) => Promise<void>;
  leave: () => Promise<void>;
  change: (person: PersonView) => void;
  again: () => void;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [status, setStatus] = useState<Status>('asking');
  const [person, setPerson] = useState<PersonView | null>(null);
  const [needsCode, setNeedsCode] = useState(false);
  const queries = useQueryClient();
  setZone(person?.timeZone);

  const enter = useCallback(async (next: PersonView) => {
    // The profile's language wins over the browser's, English excepted: that is what a profile says before a choice.
    const chosenHere = localStorage.getItem('kairos.language-chosen') !== null;
    // Before the first page: a form that opened in another language would offer that one, and save it.
    if (!chosenHere && next.language && next.language !== 'en') await speak(next.language).catch(() => undefined);
    setPerson(next);
    setStatus('signed-in');
    connect();
  }, []);

  const forget = useCallback(() => {
    disconnect();
    clearState();
    queries.clear();
    setPerson(null);
    setStatus('signed-out');
  }, [queries]);

  const ask = useCallback(async () => {
    setStatus('asking');
    try {
      await enter((await sessionApi.current()).person);
    } catch (error) {
      if (!isProblem(error) || error.status !== 401) return setStatus('unreachable');
      const setup = await sessionApi.setup().catch(() => ({ needsAdmin: false, needsCode: false }));
      setNeedsCode(setup.needsCode);
      setStatus(setup.needsAdmin ? 'needs-admin' : 'signed-out');
    }
  }, [enter]);

  useEffect(() => void ask(), [ask]);
  useEffect(() => onLostSession(forget), [forget]);
  useEffect(() => {
    addEventListener('pagehide', releaseAll);
    return () => removeEventListener('pagehide', releaseAll);
  }, []);

  const value = useMemo<Session>(
    () => ({
      status,
      person,
      needsCode,
      enter,
      change: setPerson,
      again: () => void ask(),
      leave: async () => {
        releaseAll();
        await sessionApi.signOut().catch(() => undefined);
        forget();
      },
    }),
    [status, person, needsCode, enter, ask, forget],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession is used outside of SessionProvider: wrap the page in it.');
  return session;
}

/** The signed-in person; only pages behind the sign-in use it. */
export function useMe(): PersonView {
  const { person } = useSession();
  if (!person) throw new Error('useMe needs somebody signed in: render this below the session gate.');
  return person;
}

/** Managers and administrators change channels, policies, people and destinations. */
export const mayManage = (person: PersonView): boolean => person.role === 'manager' || person.role === 'admin';
