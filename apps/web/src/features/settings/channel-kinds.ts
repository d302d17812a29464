import type { ChannelKind, ChannelView } from '#contracts';

/** A field of the form that connects a channel; labels and hints stand in the catalogues under its name. */
export interface ChannelField {
  name: string;
  where: 'config' | 'secrets';
  type: 'text' | 'email' | 'tel' | 'password' | 'url' | 'origins' | 'slaKind';
  required: boolean;
  /** Shown as an example; the same in every language. */
  example?: string;
}

export const CHANNEL_FIELDS: Record<ChannelKind, ChannelField[]> = {
  email: [
    { name: 'address', where: 'config', type: 'email', required: true, example: 'hello@shop.example' },
    { name: 'displayName', where: 'config', type: 'text', required: false },
  ],
  sms: [
    { name: 'phoneNumber', where: 'config', type: 'tel', required: true, example: '+302101234567' },
    { name: 'accountSid', where: 'config', type: 'text', required: true, example: 'AC…' },
    { name: 'authToken', where: 'secrets', type: 'password', required: true },
  ],
  messenger: [
    { name: 'pageId', where: 'config', type: 'text', required: true },
    { name: 'appSecret', where: 'secrets', type: 'password', required: true },
    { name: 'verifyToken', where: 'secrets', type: 'password', required: true },
    { name: 'pageAccessToken', where: 'secrets', type: 'password', required: true },
  ],
  webchat: [
    { name: 'allowedOrigins', where: 'config', type: 'origins', required: false, example: 'https://www.shop.example' },
    { name: 'title', where: 'config', type: 'text', required: false },
    { name: 'identitySecret', where: 'secrets', type: 'password', required: false },
  ],
  custom: [
    { name: 'slaKind', where: 'config', type: 'slaKind', required: false },
    { name: 'replyUrl', where: 'config', type: 'url', required: false, example: 'https://erp.shop.example/replies' },
  ],
};

/** Empty fields are left out of what is sent; an origin a line makes a list. */
export function readChannelForm(kind: ChannelKind, form: FormData) {
  const config: Record<string, unknown> = kind === 'email' ? { inbound: 'smtp' } : {};
  const secrets: Record<string, string> = {};
  for (const field of CHANNEL_FIELDS[kind]) {
    const text = String(form.get(field.name) ?? '').trim();
    if (field.type === 'origins') config[field.name] = text.split(/[\s,]+/).filter(Boolean);
    else if (text && field.where === 'secrets') secrets[field.name] = text;
    else if (text) config[field.name] = text;
  }
  return { config, secrets };
}

/**
 * What the provider's form wants, exactly. The fragment asks Twilio to retry for longer and to go round a broken
 * connection; it is no part of what is signed, so it stands here and nowhere else.
 */
export const pasteable = (kind: ChannelKind, url: string): string => (kind === 'sms' ? `${url}#rc=5&rp=all` : url);

export function snippetOf(channel: ChannelView, origin: string): string {
  return `<script src="${origin}/widget.js" data-token="${channel.websiteToken ?? ''}" async></script>`;
}

export function exampleOf(channel: ChannelView, origin: string): string {
  const body = { externalId: '1', from: { address: 'customer-1', name: 'Maria' }, text: 'Hello' };
  return `curl -X POST ${origin}/api/v1/channels/${channel.id}/messages -H "Authorization: Bearer TOKEN" -H "Content-Type: application/json" -d '${JSON.stringify(body)}'`;
}
