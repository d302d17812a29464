import { useSyncExternalStore } from 'react';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';

export const SETTINGS = ['channels', 'people', 'policies', 'alerts', 'tokens', 'audit', 'profile'] as const;
/** What everybody has, whatever their role. */
export const OWN_SETTINGS: readonly SettingsPage[] = ['tokens', 'profile'];
/** What only administrators see. */
export const ADMIN_SETTINGS: readonly SettingsPage[] = ['audit'];
export type SettingsPage = (typeof SETTINGS)[number];

export type Route =
  | { page: 'inbox'; conversationId: string | null }
  | { page: 'customer'; id: string }
  | { page: 'reports' }
  | { page: 'waits' }
  | { page: 'settings'; section: SettingsPage }
  | { page: 'operations' }
  | { page: 'sign-in' }
  | { page: 'welcome' }
  | { page: 'unknown' };

export function parseRoute(pathname: string): Route {
  const [first = '', second, third] = pathname.split('/').filter(Boolean).map(plain);
  if (third !== undefined) return { page: 'unknown' };
  switch (first) {
    case '':
      return { page: 'inbox', conversationId: null };
    case 'inbox':
      return { page: 'inbox', conversationId: second ?? null };
    case 'customers':
      return second ? { page: 'customer', id: second } : { page: 'unknown' };
    case 'reports':
      if (second === 'waits') return { page: 'waits' };
      return second ? { page: 'unknown' } : { page: 'reports' };
    case 'settings': {
      const section = SETTINGS.find((known) => known === (second ?? 'channels'));
      return section ? { page: 'settings', section } : { page: 'unknown' };
    }
    case 'operations':
    case 'sign-in':
    case 'welcome':
      return second ? { page: 'unknown' } : { page: first };
    default:
      return { page: 'unknown' };
  }
}

/** A percent sign that begins no character stands for itself, as it does for the server. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
if (typeof addEventListener === 'function') addEventListener('popstate', tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  tell();
}

const pathname = () => location.pathname;
const search = () => location.search;

let last: { path: string; route: Route } | null = null;
export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, pathname);
  if (last?.path !== path) last = { path, route: parseRoute(path) };
  return last.route;
}

export const useSearch = (): string => useSyncExternalStore(subscribe, search);

/** The address of a conversation in the list one is looking at: its filters stay in the address. */
export const conversationPath = (id: string | null, query = location.search): string =>
  `/inbox${id ? `/${encodeURIComponent(id)}` : ''}${query}`;

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/** A real link (new tab, copy address), handled here when it is a plain click. */
export function Link({ href, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
