import { Menu as Base } from '@base-ui/react/menu';
import { Popover as BasePopover } from '@base-ui/react/popover';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.js';
import type { ItemProps, MenuProps, PopoverProps } from './menu-props.js';

const POPUP =
  'max-h-[min(24rem,var(--available-height))] overflow-y-auto rounded-md border border-line bg-raised text-ink shadow-pop outline-none transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0';
const ITEM =
  'touch flex min-h-8 cursor-default items-center gap-2 px-3 text-sm outline-none select-none data-highlighted:bg-hover';

/** Menus belong to the page's main part, so that whoever walks by landmarks finds them there. */
const ground = () => document.getElementById('main');

export function Menu({ trigger, label, children, align = 'start', open, onOpenChange }: MenuProps) {
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (next) => onOpenChange(next) } : {})}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal container={ground()}>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup aria-label={label} className={cx(POPUP, 'min-w-44 py-1')}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const MenuItem = ({ onSelect, children, chosen, icon, danger }: ItemProps) => (
  <Base.Item onClick={onSelect} className={cx(ITEM, danger && 'text-red')}>
    {icon}
    <span className="flex-1">{children}</span>
    {chosen ? <Check size={14} aria-hidden className="text-accent" /> : null}
  </Base.Item>
);

export const MenuGroup = ({ label, children }: { label: string; children: ReactNode }) => (
  <Base.Group>
    <Base.GroupLabel className="px-3 pt-2 pb-1 text-sm text-faint">{label}</Base.GroupLabel>
    {children}
  </Base.Group>
);

export const MenuLine = () => <Base.Separator className="my-1 h-px bg-line" />;

export function Popover({
  trigger,
  label,
  children,
  open,
  onOpenChange,
  align = 'start',
  side,
  className,
}: PopoverProps) {
  return (
    <BasePopover.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (next) => onOpenChange(next) } : {})}
    >
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal container={ground()}>
        <BasePopover.Positioner
          sideOffset={4}
          align={align}
          side={side ?? 'bottom'}
          className="z-50"
          collisionPadding={8}
        >
          <BasePopover.Popup aria-label={label} className={cx(POPUP, 'max-w-[calc(100vw-1rem)]', className ?? 'p-3')}>
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
