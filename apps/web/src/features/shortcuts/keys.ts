import { useEffect, useRef, useSyncExternalStore } from 'react';

/** What a key does now; the page that is open says so. The innermost (last) registration wins. */
export type Command =
  | 'next'
  | 'previous'
  | 'reply'
  | 'note'
  | 'resolve'
  | 'search'
  | 'assign'
  | 'snooze'
  | 'merge'
  | 'unmerge'
  | 'split'
  | 'recipients'
  | 'back';

const KEYS: Record<string, Command> = {
  j: 'next',
  k: 'previous',
  r: 'reply',
  n: 'note',
  e: 'resolve',
  '/': 'search',
  a: 'assign',
  s: 'snooze',
  m: 'merge',
  Escape: 'back',
};

/** A key that is held down walks through the list; whatever changes something happens once. */
const WALKS: readonly (Command | undefined)[] = ['next', 'previous'];

/** Empty for what is reached by name (Ctrl+K) alone. */
export const keyOf = (command: Command): string =>
  Object.entries(KEYS).find(([, known]) => known === command)?.[0] ?? '';

const stacks = new Map<Command, (() => void)[]>();

/** Whether the page that is open can do it now. */
export const canRun = (command: Command): boolean => (stacks.get(command)?.length ?? 0) > 0;

/** Answers whether somebody wanted it. */
export function run(command: Command): boolean {
  const handler = stacks.get(command)?.at(-1);
  handler?.();
  return handler !== undefined;
}

export function useCommand(command: Command, handler: () => void, enabled = true): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!enabled) return undefined;
    const call = () => latest.current();
    stacks.set(command, [...(stacks.get(command) ?? []), call]);
    return () => {
      stacks.set(
        command,
        (stacks.get(command) ?? []).filter((other) => other !== call),
      );
    };
  }, [command, enabled]);
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    !!target.closest('[role="menu"]'));

/** By the letter that is typed and, on Greek or Persian keyboards, by the key's place. */
const commandOf = (event: KeyboardEvent): Command | undefined =>
  KEYS[event.key] ?? (event.key.charCodeAt(0) > 127 ? KEYS[event.code.replace(/^Key/, '').toLowerCase()] : undefined);

export function listen(): () => void {
  const press = (event: KeyboardEvent) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      return setOverlay('palette');
    }
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    const dialog = document.querySelector('[role="dialog"]');
    if (dialog || isWriting(event.target)) return;
    if (event.key === '?') return showHelp();
    const command = commandOf(event);
    if (event.repeat && !WALKS.includes(command)) return;
    if (command && run(command)) event.preventDefault();
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

type Overlay = 'help' | 'palette' | null;
let overlay: Overlay = null;
const listeners = new Set<() => void>();

export function setOverlay(next: Overlay): void {
  overlay = next;
  for (const listener of listeners) listener();
}
export const showHelp = (): void => setOverlay('help');

export const useOverlay = (): Overlay =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => overlay,
  );
