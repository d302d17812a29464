import type { ReactElement, ReactNode } from 'react';

export interface OpenableProps {
  trigger: ReactElement;
  /** Said by screen readers when it opens. */
  label: string;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export interface MenuProps extends OpenableProps {
  align?: 'start' | 'end';
}

export interface PopoverProps extends OpenableProps {
  align?: 'start' | 'end' | 'center';
  side?: 'top' | 'bottom';
  className?: string;
}

export interface ItemProps {
  onSelect: () => void;
  children: ReactNode;
  /** Marks the present choice of several. */
  chosen?: boolean;
  icon?: ReactNode;
  danger?: boolean;
}
