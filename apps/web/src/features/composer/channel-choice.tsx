import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ChannelView, ConversationView, CustomerView } from '#contracts';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ChannelIcon } from '../../ui/small.js';

interface ChoiceProps {
  channels: ChannelView[];
  chosen: ChannelView | undefined;
  onChoose: (id: string) => void;
  view: ConversationView;
  customer: CustomerView | undefined;
}

const ADDRESS_KIND: Record<string, string> = { email: 'email', sms: 'phone' };

/** The channel a reply goes by is always named, with the address it reaches. */
export function ChannelChoice({ channels, chosen, onChoose, view, customer }: ChoiceProps) {
  const { t } = useTranslation();
  if (!chosen) return <span className="px-1 text-sm text-soft">{t('composer.noChannel')}</span>;
  const address = customer?.addresses.find(
    (item) =>
      item.kind === (ADDRESS_KIND[chosen.kind] ?? chosen.kind) && (!item.channelId || item.channelId === chosen.id),
  )?.address;
  // An email says below whom it goes to.
  const byMail = chosen.kind === 'email';
  const readable = chosen.kind === 'sms' ? address : undefined;
  const label = (
    <>
      <ChannelIcon kind={chosen.kind} label="" />
      <span className="truncate">
        {t(byMail ? 'composer.by' : 'composer.goesBy', { channel: t(`channels.${chosen.kind}`) })}{' '}
        {byMail ? null : <bdi className="text-ink">{readable ?? view.customer.displayName}</bdi>}
      </span>
    </>
  );
  if (channels.length === 1) {
    return (
      <span className="flex max-w-full items-center gap-1.5 px-1 text-sm text-soft" title={chosen.name}>
        {label}
      </span>
    );
  }
  return (
    <Menu
      label={t('composer.channel')}
      align="end"
      trigger={
        <button
          type="button"
          className="touch flex h-7 max-w-full items-center gap-1.5 rounded-md px-1.5 text-sm text-soft hover:bg-hover hover:text-ink"
        >
          {label}
          <ChevronDown size={14} aria-hidden className="shrink-0" />
        </button>
      }
    >
      {channels.map((channel) => (
        <MenuItem
          key={channel.id}
          chosen={channel.id === chosen.id}
          icon={<ChannelIcon kind={channel.kind} label="" />}
          onSelect={() => onChoose(channel.id)}
        >
          {t(`channels.${channel.kind}`)} <bdi className="text-faint">{channel.name}</bdi>
        </MenuItem>
      ))}
    </Menu>
  );
}
