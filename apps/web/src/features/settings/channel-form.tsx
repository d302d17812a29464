import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CHANNEL_KINDS, SLA_KINDS } from '#contracts';
import type { ChannelKind, ChannelView } from '#contracts';
import { channelsApi } from '../../api/admin.js';
import { useTeams } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { AreaField, Check, SelectField, TextField } from '../../ui/field.js';
import { ChannelIcon } from '../../ui/small.js';
import { CHANNEL_FIELDS, readChannelForm } from './channel-kinds.js';
import type { ChannelField } from './channel-kinds.js';

interface FormProps {
  /** Given: it is changed; left out: a new one is connected. */
  channel?: ChannelView;
  onClose: () => void;
  onMade: (channel: ChannelView) => void;
}

/** First which kind, then only what that kind needs. Secrets are written, never shown again. */
export function ChannelForm({ channel, onClose, onMade }: FormProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ChannelKind | null>(channel?.kind ?? null);
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={
        kind
          ? t(channel ? 'channelSettings.change' : 'channelSettings.connect', { kind: t(`channels.${kind}`) })
          : t('channelSettings.which')
      }
    >
      {kind ? (
        <Fields kind={kind} channel={channel} onMade={onMade} onBack={channel ? onClose : () => setKind(null)} />
      ) : (
        <ul className="m-0 flex list-none flex-col gap-1 p-0">
          {CHANNEL_KINDS.map((item) => (
            <li key={item}>
              <button
                type="button"
                onClick={() => setKind(item)}
                className="touch flex w-full items-center gap-3 rounded-md px-3 py-2.5 text-start hover:bg-hover"
              >
                <ChannelIcon kind={item} label="" size={20} />
                <span>
                  <span className="block font-medium">{t(`channels.${item}`)}</span>
                  <span className="block text-sm text-soft">{t(`channelKinds.${item}`)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

interface FieldsProps {
  kind: ChannelKind;
  channel: ChannelView | undefined;
  onMade: (channel: ChannelView) => void;
  onBack: () => void;
}

function Fields({ kind, channel, onMade, onBack }: FieldsProps) {
  const { t } = useTranslation();
  const say = useProblem();
  const queries = useQueryClient();
  const teams = useTeams();
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const body = {
        name: String(form.get('name')).trim(),
        teamIds: form.getAll('teamIds').map(String),
        ...readChannelForm(kind, form),
      };
      return channel ? channelsApi.change(channel.id, body) : channelsApi.create({ kind, ...body });
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['channels'] });
      onMade(made);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t('channelFields.name')}
        name="name"
        required
        maxLength={100}
        defaultValue={channel?.name ?? ''}
        hint={t('channelHints.name')}
      />
      {CHANNEL_FIELDS[kind].map((field) => (
        <OneField key={field.name} field={field} channel={channel} />
      ))}
      {teams.length > 0 ? (
        <fieldset className="m-0 border-0 p-0">
          <legend className="p-0 text-sm font-medium">{t('channelFields.teams')}</legend>
          <p className="mt-0 mb-1 text-sm text-faint">{t('channelHints.teams')}</p>
          {teams.map((team) => (
            <Check
              key={team.id}
              name="teamIds"
              value={team.id}
              defaultChecked={channel?.teamIds.includes(team.id)}
              label={<bdi>{team.name}</bdi>}
            />
          ))}
        </fieldset>
      ) : null}
      {save.error ? (
        <p role="alert" className="m-0 text-sm text-red">
          {say(save.error)}
        </p>
      ) : null}
      <DialogActions>
        <Button onClick={onBack}>{t(channel ? 'common.cancel' : 'common.back')}</Button>
        <Button look="primary" type="submit" disabled={save.isPending}>
          {t(channel ? 'common.save' : 'channelSettings.doConnect')}
        </Button>
      </DialogActions>
    </form>
  );
}

function OneField({ field, channel }: { field: ChannelField; channel: ChannelView | undefined }) {
  const { t } = useTranslation();
  const value = channel?.config[field.name];
  const secret = field.where === 'secrets';
  const common = {
    label: t(`channelFields.${field.name}`) + (field.required ? '' : ` ${t('channelSettings.optional')}`),
    name: field.name,
    hint: secret && channel ? t('channelHints.keepSecret') : t(`channelHints.${field.name}`),
    // A secret that is there stays when its box stays empty.
    required: field.required && !(secret && channel),
    placeholder: field.example,
  };
  if (field.type === 'origins') {
    return <AreaField {...common} dir="ltr" defaultValue={Array.isArray(value) ? value.join('\n') : ''} />;
  }
  if (field.type === 'slaKind') {
    return (
      <SelectField
        label={common.label}
        name={field.name}
        hint={common.hint}
        defaultValue={typeof value === 'string' ? value : 'social'}
        options={SLA_KINDS.filter((kind) => kind !== 'phone').map((kind) => ({
          value: kind,
          label: t(`channels.${kind}`),
        }))}
      />
    );
  }
  return (
    <TextField
      {...common}
      type={field.type}
      dir={field.type === 'text' ? 'auto' : 'ltr'}
      autoComplete={secret ? 'new-password' : 'off'}
      defaultValue={typeof value === 'string' ? value : ''}
    />
  );
}
