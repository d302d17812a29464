import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ChannelView } from '#contracts';
import { channelsApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { Page } from '../../ui/page.js';
import { Bar, ChannelIcon, Empty, Notice } from '../../ui/small.js';
import { toast } from '../../ui/toast.js';
import { ChannelForm } from './channel-form.js';
import { ChannelValues } from './channel-values.js';

export function ChannelsPage() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ['channels'], queryFn: channelsApi.list });
  const [adding, setAdding] = useState(false);
  const [fresh, setFresh] = useState<ChannelView | null>(null);
  const channels = found.data?.items ?? [];
  const add = (
    <Button look="primary" onClick={() => setAdding(true)}>
      <Plus size={15} aria-hidden />
      {t('channelSettings.add')}
    </Button>
  );
  return (
    <Page title={t('settings.channels')} action={channels.length > 0 ? add : null}>
      {found.isPending ? <Bar className="!h-40 w-full" /> : null}
      {found.data && channels.length === 0 ? (
        <Empty title={t('list.noChannel')} action={add}>
          {t('list.noChannelHint')}
        </Empty>
      ) : null}
      <ul className="m-0 flex list-none flex-col p-0">
        {channels.map((channel) => (
          <Channel key={channel.id} channel={channel} />
        ))}
      </ul>
      {adding ? (
        <ChannelForm
          onClose={() => setAdding(false)}
          onMade={(channel) => {
            setAdding(false);
            setFresh(channel);
          }}
        />
      ) : null}
      {fresh ? (
        <Dialog open wide onClose={() => setFresh(null)} title={t('channelSettings.made', { name: fresh.name })}>
          <ChannelValues channel={fresh} />
          <DialogActions>
            <Button look="primary" onClick={() => setFresh(null)}>
              {t('common.close')}
            </Button>
          </DialogActions>
        </Dialog>
      ) : null}
    </Page>
  );
}

function Channel({ channel }: { channel: ChannelView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const trouble = channel.state === 'failing' || channel.state === 'needs_sign_in';
  return (
    <li className="border-b border-line py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <ChannelIcon kind={channel.kind} label={t(`channels.${channel.kind}`)} size={18} />
        <div className="min-w-52 flex-1">
          <p className="m-0 flex flex-wrap items-baseline gap-x-2">
            <bdi className="font-medium">{channel.name}</bdi>
            <bdi dir="ltr" className="text-sm text-soft">
              {channel.address}
            </bdi>
          </p>
          <p
            className={cx(
              'm-0 text-sm',
              trouble ? 'font-medium text-ink' : channel.state === 'live' ? 'text-green' : 'text-soft',
            )}
          >
            {t(`channelStates.${channel.state}`)}
            {channel.lastReceivedAt ? (
              <span className="font-normal text-soft">
                {' '}
                · {t('channelSettings.last', { at: format.when(channel.lastReceivedAt, serverNow()) })}
              </span>
            ) : null}
          </p>
        </div>
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('channelSettings.values')}
        </Button>
        <Button look="quiet" onClick={() => setEditing(true)}>
          {t('common.edit')}
        </Button>
        <Button look="quiet" onClick={() => setRemoving(true)}>
          {t('common.remove')}
        </Button>
      </div>
      {channel.stateReason ? (
        <div className="mt-2">
          <Notice>
            <bdi dir="auto">{channel.stateReason}</bdi>
          </Notice>
        </div>
      ) : null}
      {open ? (
        <div className="appear mt-3">
          <ChannelValues channel={channel} />
        </div>
      ) : null}
      {editing ? (
        <ChannelForm channel={channel} onClose={() => setEditing(false)} onMade={() => setEditing(false)} />
      ) : null}
      {removing ? <Remove channel={channel} onClose={() => setRemoving(false)} /> : null}
    </li>
  );
}

function Remove({ channel, onClose }: { channel: ChannelView; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useProblem();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => channelsApi.remove(channel.id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['channels'] });
      onClose();
    },
    onError: (error) => toast(say(error), { tone: 'bad' }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('channelSettings.removeTitle', { name: channel.name })}
      description={t('channelSettings.removeHint')}
    >
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t('common.remove')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
