import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './cx.js';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong font-medium',
  outline: 'border border-line-strong bg-surface text-ink hover:bg-hover font-medium',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
  note: 'border border-note-line bg-note text-note-ink hover:border-note-ink font-medium',
  danger: 'border border-red text-red hover:bg-red-soft font-medium',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof LOOKS;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'outline', className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={cx(
        'touch inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md px-3 text-sm whitespace-nowrap transition-colors',
        'disabled:opacity-55',
        LOOKS[look],
        className,
      )}
      {...rest}
    />
  );
}

interface IconButtonProps extends ButtonProps {
  label: string;
  /** Key that does the same, shown beside the label. */
  shortcut?: string;
  children: ReactNode;
}

export function IconButton({ label, shortcut, look = 'quiet', className, children, ...rest }: IconButtonProps) {
  return (
    <Button
      look={look}
      aria-label={label}
      title={shortcut ? `${label} · ${shortcut}` : label}
      className={cx('min-w-8 !px-0', className)}
      {...rest}
    >
      {children}
    </Button>
  );
}
