import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './button.js';
import { cx } from './cx.js';

interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;
let toasts: Toast[] = [];
let spoken = '';
let next = 1;
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
  const id = next++;
  toasts = [...toasts.slice(-2), { id, text, tone: options.tone ?? 'plain', ...options }];
  tell();
  // A refusal stays until it was read; the rest goes by itself.
  if (options.tone !== 'bad') setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts = toasts.filter((item) => item.id !== id);
  tell();
}

/** Said by screen readers, seen by nobody. */
export function announce(text: string): void {
  spoken = text;
  tell();
}

export function ToastRegion() {
  const { t } = useTranslation();
  const list = useSyncExternalStore(subscribe, () => toasts);
  const said = useSyncExternalStore(subscribe, () => spoken);
  return (
    <>
      <div aria-live="polite" className="sr-only">
        {said}
      </div>
      <div
        role="status"
        className="pointer-events-none fixed inset-x-0 bottom-16 z-50 flex flex-col items-center gap-2 px-4 md:bottom-4 md:items-start"
      >
        {list.map((item) => (
          <div
            key={item.id}
            className={cx(
              'appear pointer-events-auto flex max-w-[32rem] items-center gap-3 rounded-md border bg-raised py-1.5 ps-3 pe-1.5 text-sm text-ink shadow-pop',
              item.tone === 'bad' ? 'border-red' : 'border-line',
            )}
          >
            <span className="py-1">{item.text}</span>
            {item.action ? (
              <Button
                look="quiet"
                className="font-medium !text-accent"
                onClick={() => {
                  item.action?.run();
                  dismiss(item.id);
                }}
              >
                {item.action.label}
              </Button>
            ) : null}
            <IconButton label={t('common.close')} onClick={() => dismiss(item.id)}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
        ))}
      </div>
    </>
  );
}
