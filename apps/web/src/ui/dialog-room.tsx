import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.js';
import { cx } from './cx.js';
import type { DialogProps } from './dialog-props.js';

/** A question that must be answered or closed; on a phone it rises from the lower edge. */
export default function DialogRoom({ open, onClose, title, description, wide, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          className={cx(
            'fixed z-50 flex max-h-[92dvh] flex-col overflow-hidden bg-raised text-ink shadow-pop outline-none transition-[opacity,translate]',
            'inset-x-0 bottom-0 rounded-t-lg data-starting-style:translate-y-2 data-starting-style:opacity-0 data-ending-style:opacity-0',
            'md:inset-x-auto md:bottom-auto md:start-1/2 md:top-[12dvh] md:max-h-[80dvh] md:-translate-x-1/2 md:rounded-lg rtl:md:translate-x-1/2',
            wide ? 'md:w-[44rem]' : 'md:w-[30rem]',
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-1">
            <Base.Title className="m-0 flex-1 text-lg font-semibold">{title}</Base.Title>
            <Base.Close
              render={
                <IconButton label={t('common.close')} className="-me-2">
                  <X size={16} aria-hidden />
                </IconButton>
              }
            />
          </header>
          {description ? <Base.Description className="m-0 px-5 text-soft">{description}</Base.Description> : null}
          <div className="scroll-pt-9 overflow-y-auto px-5 pt-3 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
