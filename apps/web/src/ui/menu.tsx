import { cloneElement, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { ItemProps, MenuProps, OpenableProps, PopoverProps } from './menu-props.js';

/**
 * Menus and popovers. Their machinery (placing, focus, typing ahead) is a room of its own that is fetched when the
 * page has nothing else to do, or with the first press: until then the trigger is a plain button.
 */
type Room = typeof import('./menu-room.js');
let room: Room | null = null;
const listeners = new Set<() => void>();

async function fetchRoom(): Promise<void> {
  if (room) return;
  room = await import('./menu-room.js');
  for (const listener of listeners) listener();
}

const whenIdle = (work: () => void) =>
  'requestIdleCallback' in globalThis ? requestIdleCallback(work, { timeout: 1_500 }) : setTimeout(work, 300);

function useRoom(): Room | null {
  useEffect(() => {
    if (!room) whenIdle(() => void fetchRoom());
  }, []);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => room,
  );
}

export function Menu(props: MenuProps) {
  const [state, plain] = useOpenable(props, 'menu');
  const ready = useRoom();
  return ready ? <ready.Menu {...props} {...state} /> : plain;
}

export function Popover(props: PopoverProps) {
  const [state, plain] = useOpenable(props, 'dialog');
  const ready = useRoom();
  return ready ? <ready.Popover {...props} {...state} /> : plain;
}

/** Whether it is open is kept out here, so that a press before the room is there opens it when it comes. */
function useOpenable(props: OpenableProps, kind: 'menu' | 'dialog') {
  const [own, setOwn] = useState(false);
  const open = props.open ?? own;
  const onOpenChange = props.onOpenChange ?? setOwn;
  const press = () => {
    onOpenChange(true);
    void fetchRoom();
  };
  const plain = cloneElement(props.trigger as ReactElement<Record<string, unknown>>, {
    onClick: press,
    'aria-haspopup': kind,
    'aria-expanded': false,
  });
  return [{ open, onOpenChange }, plain] as const;
}

export const MenuItem = (props: ItemProps) => (room ? <room.MenuItem {...props} /> : null);
export const MenuGroup = (props: { label: string; children: ReactNode }) =>
  room ? <room.MenuGroup {...props} /> : null;
export const MenuLine = () => (room ? <room.MenuLine /> : null);
