import { Paperclip, X } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { clientId } from '../../sync/client-id.js';
import { IconButton } from '../../ui/button.js';
import { Bar } from '../../ui/small.js';
import { toast } from '../../ui/toast.js';

/** The server refuses a body over 25 MB; the form around the file needs a little of it. */
const LIMIT_BYTES = 24_500_000;

type Picked = { key: string; name: string; size: number; view: AttachmentView | null };

export type Files = ReturnType<typeof useFiles>;

/** Files of the reply being written: uploaded as they are picked, named by id when the reply leaves. */
export function useFiles() {
  const { t } = useTranslation();
  const say = useProblem();
  const format = useFormat();
  const [picked, setPicked] = useState<Picked[]>([]);

  const remove = useCallback((key: string) => setPicked((old) => old.filter((file) => file.key !== key)), []);

  const add = useCallback(
    (list: FileList) => {
      for (const file of list) {
        if (file.size > LIMIT_BYTES) {
          toast(t('composer.tooLarge', { name: file.name, limit: format.bytes(LIMIT_BYTES) }), { tone: 'bad' });
          continue;
        }
        const key = clientId();
        setPicked((old) => [...old, { key, name: file.name, size: file.size, view: null }]);
        inboxApi.upload(file).then(
          (view) => setPicked((old) => old.map((item) => (item.key === key ? { ...item, view } : item))),
          (error: unknown) => {
            remove(key);
            toast(t('composer.notUploaded', { name: file.name, reason: say(error) }), { tone: 'bad' });
          },
        );
      }
    },
    [t, say, format, remove],
  );

  const restore = useCallback((views: AttachmentView[]) => {
    setPicked((old) => [...old, ...views.map((view) => ({ key: view.id, name: view.name, size: view.size, view }))]);
  }, []);

  return {
    picked,
    add,
    remove,
    restore,
    clear: useCallback(() => setPicked([]), []),
    busy: picked.some((file) => file.view === null),
    done: picked.flatMap((file) => (file.view ? [file.view] : [])),
  };
}

export function FileChips({ files }: { files: Files }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (files.picked.length === 0) return null;
  return (
    <ul aria-label={t('thread.attachments')} className="m-0 flex list-none flex-wrap gap-2 px-3 pb-2">
      {files.picked.map((file) => (
        <li
          key={file.key}
          className="flex max-w-64 items-center gap-1.5 rounded-md border border-line bg-surface ps-2 text-sm"
        >
          <Paperclip size={13} aria-hidden className="shrink-0 text-faint" />
          <bdi dir="auto" className="truncate">
            {file.name}
          </bdi>
          {file.view ? (
            <span className="tabular shrink-0 text-faint">{format.bytes(file.size)}</span>
          ) : (
            <Bar className="w-10" />
          )}
          <IconButton label={t('composer.removeFile', { name: file.name })} onClick={() => files.remove(file.key)}>
            <X size={13} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
