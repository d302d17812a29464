import { Mail, MessageCircle, MessageSquare, Plug, Smartphone } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.js';

/** Initials of a name in any script: the first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.match(/\p{L}[^\s]*/gu) ?? [];
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  // A phone number has no initials.
  return letters.map((word) => [...(word ?? '#')][0]?.toUpperCase() ?? '').join('');
}

interface AvatarProps {
  name: string;
  size?: number;
  title?: string;
  /** The name stands beside it already. */
  quiet?: boolean;
}

export const Avatar = ({ name, size = 24, title, quiet }: AvatarProps) => (
  <span
    {...(quiet ? { 'aria-hidden': true } : { role: 'img', 'aria-label': title ?? name, title: title ?? name })}
    data-avatar
    className="inline-flex shrink-0 items-center justify-center rounded-full bg-accent-soft text-sm font-medium text-accent"
    style={{ inlineSize: size, blockSize: size, fontSize: size < 28 ? '0.6875rem' : undefined }}
  >
    <span aria-hidden>{initialsOf(name)}</span>
  </span>
);

const ICONS = { email: Mail, sms: Smartphone, messenger: MessageCircle, webchat: MessageSquare, custom: Plug };

export function ChannelIcon({ kind, label, size = 14 }: { kind: string; label: string; size?: number }) {
  const Icon = ICONS[kind as keyof typeof ICONS] ?? Plug;
  const said = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true };
  return <Icon size={size} {...said} className="shrink-0 text-faint" strokeWidth={1.75} />;
}

export const Chip = ({ children, className }: { children: ReactNode; className?: string }) => (
  <span
    className={cx(
      'inline-flex h-5 max-w-40 items-center truncate rounded-sm bg-hover px-1.5 text-sm text-soft',
      className,
    )}
  >
    {children}
  </span>
);

export const Kbd = ({ children }: { children: ReactNode }) => (
  <kbd className="inline-flex min-w-5 items-center justify-center rounded-sm border border-line bg-app px-1 font-sans text-sm text-soft">
    {children}
  </kbd>
);

interface EmptyProps {
  /** It is all there is on the page: then it is also its heading. */
  whole?: boolean;
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Says what is missing and what to do next. */
export const Empty = ({ whole, icon, title, children, action }: EmptyProps) => (
  <div className="flex h-full flex-col items-center justify-center gap-2 px-6 py-12 text-center">
    {icon ? <span className="text-faint">{icon}</span> : null}
    {whole ? (
      <h1 className="m-0 text-base font-medium">{title}</h1>
    ) : (
      <p className="m-0 text-base font-medium">{title}</p>
    )}
    {children ? <p className="m-0 max-w-80 text-sm text-soft">{children}</p> : null}
    {action ? <div className="mt-2">{action}</div> : null}
  </div>
);

export const Bar = ({ className }: { className?: string }) => (
  <span aria-hidden className={cx('skeleton block h-3', className)} />
);

export const Notice = ({ tone = 'plain', children }: { tone?: 'plain' | 'bad' | 'note'; children: ReactNode }) => (
  <div
    className={cx(
      'rounded-md px-3 py-2 text-sm',
      tone === 'bad' ? 'bg-red-soft text-red' : tone === 'note' ? 'bg-note text-note-ink' : 'bg-hover text-soft',
    )}
  >
    {children}
  </div>
);
