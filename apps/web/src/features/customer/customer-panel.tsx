import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { IconButton } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { CustomerDetails } from './customer-details.js';

interface PanelProps {
  view: ConversationView;
  /** Null where the panel always stands. */
  onClose: (() => void) | null;
  overlay: boolean;
}

/** Who the conversation is about; beside it, over it, or on a phone instead of it. */
export function CustomerPanel({ view, onClose, overlay }: PanelProps) {
  const { t } = useTranslation();
  // On a phone the panel is the page.
  const Title = overlay ? 'h2' : 'h1';
  return (
    <aside
      aria-label={t('customer.label')}
      className={cx(
        'flex h-full w-full shrink-0 flex-col overflow-y-auto border-s border-line bg-app md:w-[17rem] min-[90rem]:w-[18rem]',
        overlay && 'appear absolute inset-y-0 end-0 z-20 shadow-pop',
      )}
    >
      {onClose ? (
        <div className="flex items-center justify-between ps-4 pe-2 pt-2">
          <Title className="m-0 text-sm font-medium text-soft">{t('thread.customer')}</Title>
          <IconButton label={t('common.close')} onClick={onClose}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      ) : null}
      <CustomerDetails customerId={view.customer.id} conversation={view} />
    </aside>
  );
}
