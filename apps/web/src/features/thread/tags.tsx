import { Tag, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { Popover } from '../../ui/menu.js';
import { Chip } from '../../ui/small.js';
import { useChange } from './use-actions.js';

export function Tags({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const change = useChange(view.id);
  const [text, setText] = useState('');
  const save = (tags: string[]) => void change({ tags });
  const add = () => {
    const tag = text.trim();
    setText('');
    if (tag && !view.tags.includes(tag)) save([...view.tags, tag]);
  };
  return (
    <Popover
      label={t('thread.tags')}
      className="flex w-64 flex-col gap-3 p-4"
      trigger={
        <button
          type="button"
          className="touch flex min-h-6 shrink-0 items-center gap-1 rounded-sm px-1 text-sm text-faint hover:bg-hover hover:text-ink"
        >
          {view.tags.length > 0 ? <span className="sr-only">{t('thread.tags')}</span> : null}
          {view.tags.slice(0, 3).map((tag) => (
            <Chip key={tag}>
              <bdi className="truncate">{tag}</bdi>
            </Chip>
          ))}
          {view.tags.length > 3 ? `+${view.tags.length - 3}` : null}
          {view.tags.length === 0 ? (
            <>
              <Tag size={13} aria-hidden />
              {t('thread.addTag')}
            </>
          ) : null}
        </button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
        className="flex items-end gap-2"
      >
        <div className="flex-1">
          <TextField
            label={t('thread.addTag')}
            value={text}
            maxLength={40}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button type="submit">{t('common.add')}</Button>
      </form>
      {view.tags.length > 0 ? (
        <ul aria-label={t('thread.tags')} className="m-0 flex list-none flex-wrap gap-1.5 p-0">
          {view.tags.map((tag) => (
            <li key={tag}>
              <button
                type="button"
                className="touch flex h-6 items-center gap-1 rounded-sm bg-hover px-1.5 text-sm text-ink hover:bg-line"
                onClick={() => save(view.tags.filter((other) => other !== tag))}
              >
                <span className="sr-only">{t('common.remove')}</span>
                <bdi>{tag}</bdi>
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </Popover>
  );
}
