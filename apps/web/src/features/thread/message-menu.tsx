import { Copy, Ellipsis, FileCode2, Split } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '#contracts';
import { IconButton } from '../../ui/button.js';
import { copyText } from '../../ui/copy.js';
import { cx } from '../../ui/cx.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { toast } from '../../ui/toast.js';

interface MessageMenuProps {
  message: MessageView;
  name: string;
  /** Null where nothing could be left on one side. */
  onSplit: ((seq: number) => void) | null;
}

/** What can be done with one message. A long thread has hundreds: the menu itself is made by the first press. */
export function MessageMenu({ message, name, onSplit }: MessageMenuProps) {
  const { t } = useTranslation();
  const [made, setMade] = useState(false);
  const [open, setOpen] = useState(false);
  const press = () => {
    setMade(true);
    setOpen(true);
  };
  const copy = async () => {
    if (await copyText(message.text)) toast(t('common.copied'));
  };
  const trigger = (
    <IconButton
      label={t('thread.messageMenu', { name })}
      className={cx(
        '!min-h-7 !min-w-7 shrink-0 self-center text-faint transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 [@media(pointer:coarse)]:opacity-100',
        !open && 'opacity-0',
      )}
      {...(made ? {} : { onClick: press, 'aria-haspopup': 'menu' as const, 'aria-expanded': false })}
    >
      <Ellipsis size={15} aria-hidden />
    </IconButton>
  );
  if (!made) return trigger;
  return (
    <Menu label={t('thread.messageMenu', { name })} open={open} onOpenChange={setOpen} trigger={trigger}>
      <MenuItem icon={<Copy size={14} aria-hidden />} onSelect={() => void copy()}>
        {t('thread.copyText')}
      </MenuItem>
      {message.rawUrl ? (
        <MenuItem
          icon={<FileCode2 size={14} aria-hidden />}
          onSelect={() => window.open(message.rawUrl!, '_blank', 'noopener')}
        >
          {t('thread.raw')}
        </MenuItem>
      ) : null}
      {onSplit ? (
        <MenuItem icon={<Split size={14} aria-hidden className="points" />} onSelect={() => onSplit(message.seq)}>
          {t('split.here')}
        </MenuItem>
      ) : null}
    </Menu>
  );
}
