import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'kairos.theme';
const listeners = new Set<() => void>();
let theme: Theme = 'system';

export function startTheme(): void {
  setTheme(THEMES.find((known) => known === localStorage.getItem(STORED)) ?? 'system');
}

export function setTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(STORED, next);
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme);

/** Whether the page is dark now, whoever decided so; charts are drawn in the colours of the moment. */
export function isDark(): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

/** A token as the page shows it now; the token itself holds the colours of both themes. */
export function colorOf(token: `--k-${string}`): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
