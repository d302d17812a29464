import { useTranslation } from 'react-i18next';
import type { ChannelView } from '#contracts';
import { CopyField } from '../../ui/copy-field.js';
import { exampleOf, pasteable, snippetOf } from './channel-kinds.js';

/** Exactly what has to be typed in at the other side, each with a button that copies it. */
export function ChannelValues({ channel }: { channel: ChannelView }) {
  const { t } = useTranslation();
  const origin = originOf(channel);
  return (
    <div className="flex flex-col gap-3 rounded-md bg-app p-4">
      <p className="m-0 max-w-[40rem] text-sm text-soft">{t(`channelSteps.${channel.kind}`)}</p>
      {channel.kind === 'email' ? <CopyField label={t('channelFields.address')} value={channel.address} /> : null}
      {unique(channel).map(({ key, label, url }) => (
        <CopyField key={key} label={label} value={pasteable(channel.kind, url)} />
      ))}
      {channel.kind === 'webchat' ? (
        <>
          <CopyField label={t('channelSettings.snippet')} value={snippetOf(channel, origin)} />
          <CopyField label={t('channelSettings.websiteToken')} value={channel.websiteToken ?? ''} />
          <p className="m-0 text-sm">
            <a href={`/widget/demo/${channel.id}`} target="_blank" rel="noopener" className="text-accent">
              {t('channelSettings.demo')}
            </a>
          </p>
        </>
      ) : null}
      {channel.kind === 'custom' ? (
        <CopyField label={t('channelSettings.example')} value={exampleOf(channel, origin)} />
      ) : null}
    </div>
  );
}

/** One address is pasted once, even if the provider calls it for two purposes. */
function unique(channel: ChannelView): { key: string; label: string; url: string }[] {
  const byUrl = new Map<string, string[]>();
  for (const { url, purpose } of channel.webhooks) byUrl.set(url, [...(byUrl.get(url) ?? []), purpose]);
  return [...byUrl].map(([url, purposes]) => ({ key: url, url, label: purposes.join(' · ') }));
}

/** The address the world knows us by: a webhook's, else the one this page came from. */
const originOf = (channel: ChannelView): string => {
  const known = channel.webhooks[0]?.url;
  return known && URL.canParse(known) ? new URL(known).origin : location.origin;
};
