import { Ellipsis, Link2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { PRIORITIES } from '#contracts';
import type { ConversationView } from '#contracts';
import { conversationPath } from '../../router.js';
import { IconButton } from '../../ui/button.js';
import { copyText } from '../../ui/copy.js';
import { Menu, MenuGroup, MenuItem, MenuLine } from '../../ui/menu.js';
import { toast } from '../../ui/toast.js';
import { useChange } from './use-actions.js';

export function MoreMenu({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const change = useChange(view.id);
  const copy = async () => {
    if (await copyText(new URL(conversationPath(view.id, ''), location.href).href)) toast(t('common.copied'));
  };
  return (
    <Menu
      label={t('thread.more')}
      align="end"
      trigger={
        <IconButton label={t('thread.more')}>
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
    >
      <MenuGroup label={t('thread.priority')}>
        {PRIORITIES.toReversed().map((priority) => (
          <MenuItem
            key={priority}
            chosen={priority === view.priority}
            onSelect={() => void change({ priority }, t('thread.prioritySet', { priority: t(`priority.${priority}`) }))}
          >
            {t(`priority.${priority}`)}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuLine />
      <MenuItem icon={<Link2 size={14} aria-hidden />} onSelect={() => void copy()}>
        {t('thread.copyLink')}
      </MenuItem>
    </Menu>
  );
}
