import { Ellipsis, GitMerge, Link2, Split, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PRIORITIES } from '#contracts';
import type { ConversationView } from '#contracts';
import { conversationPath } from '../../router.js';
import { IconButton } from '../../ui/button.js';
import { copyText } from '../../ui/copy.js';
import { Menu, MenuGroup, MenuItem, MenuLine } from '../../ui/menu.js';
import { toast } from '../../ui/toast.js';
import { run, useCommand } from '../shortcuts/keys.js';
import { MergeDialog } from './merge-dialog.js';
import { useChange } from './use-actions.js';
import { useUnmerge } from './use-joining.js';

export function MoreMenu({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const [merging, setMerging] = useState(false);
  const merged = view.mergedIntoId !== null;
  const unmerge = useUnmerge();
  useCommand('merge', () => setMerging(true), !merged);
  useCommand('unmerge', () => void unmerge(view.id), merged);
  const copy = async () => {
    if (await copyText(new URL(conversationPath(view.id, ''), location.href).href)) toast(t('common.copied'));
  };
  return (
    <>
      <Menu
        label={t('thread.more')}
        align="end"
        trigger={
          <IconButton label={t('thread.more')}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        {merged ? (
          <MenuItem icon={<Undo2 size={14} aria-hidden className="points" />} onSelect={() => run('unmerge')}>
            {t('merge.undo')}
          </MenuItem>
        ) : (
          <>
            <Priorities view={view} />
            <MenuLine />
            <MenuItem icon={<GitMerge size={14} aria-hidden />} onSelect={() => setMerging(true)}>
              {t('merge.into')}
            </MenuItem>
            <MenuItem icon={<Split size={14} aria-hidden className="points" />} onSelect={() => run('split')}>
              {t('split.menu')}
            </MenuItem>
          </>
        )}
        <MenuItem icon={<Link2 size={14} aria-hidden />} onSelect={() => void copy()}>
          {t('thread.copyLink')}
        </MenuItem>
      </Menu>
      {merging ? <MergeDialog view={view} onClose={() => setMerging(false)} /> : null}
    </>
  );
}

function Priorities({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const change = useChange(view.id);
  return (
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
  );
}
