import type { Problem } from '#contracts';

/** As the page holds it: status 0 and `offline` when nobody answered. */
type Refusal = Pick<Problem, 'code' | 'status' | 'detail'> & { body: Pick<Partial<Problem>, 'errors'> };

/** Labels of the fields that a refusal may name, by the last part of their path. */
const LABELS: Record<string, string> = {
  name: 'channelFields.name',
  email: 'signIn.email',
  password: 'signIn.password',
  currentPassword: 'settings.currentPassword',
  phone: 'settings.phone',
  language: 'settings.language',
  timeZone: 'settings.timeZone',
  role: 'people.role',
  teamIds: 'channelFields.teams',
  address: 'channelFields.address',
  displayName: 'channelFields.displayName',
  phoneNumber: 'channelFields.phoneNumber',
  accountSid: 'channelFields.accountSid',
  authToken: 'channelFields.authToken',
  pageId: 'channelFields.pageId',
  appSecret: 'channelFields.appSecret',
  verifyToken: 'channelFields.verifyToken',
  pageAccessToken: 'channelFields.pageAccessToken',
  allowedOrigins: 'channelFields.allowedOrigins',
  title: 'channelFields.title',
  identitySecret: 'channelFields.identitySecret',
  slaKind: 'channelFields.slaKind',
  replyUrl: 'channelFields.replyUrl',
  rank: 'policies.rank',
  targets: 'policies.targets',
  warnAt: 'policies.warnAt',
  chain: 'policies.chain',
  channel: 'alerts.where.slack',
  number: 'alerts.where.sms',
  url: 'alerts.where.webhook',
  botToken: 'alerts.botToken',
};

/** Refusals whose own sentence leaves open what exactly is wrong: the server's words say it. */
const OPEN = new Set(['address_taken', 'invalid_destination', 'invalid_recipient', 'replay_failed']);

/** What a catalogue can do: translate, and tell whether it has a key. */
interface Catalogue {
  language: string;
  t: (key: string, values?: Record<string, unknown>) => string;
  has: (key: string) => boolean;
}

/**
 * A refusal as a sentence in the agent's language, the labels of the fields it is about, and, where that leaves
 * something open, the words of the server, which are English in every language.
 */
export function wordsOf(problem: Refusal, { language, t, has }: Catalogue): string {
  const { code, status, detail, body } = problem;
  const own = has(`problems.${code}`);
  const name = own ? code : has(`problems.http_${status}`) ? `http_${status}` : 'unknown';
  const paths = (body.errors ?? []).map(({ path }) => path).filter(Boolean);
  const labels = new Set(paths.map((path) => labelOf(path, t)));
  const fields = new Intl.ListFormat(language, { type: 'conjunction' }).format(labels);
  const open = fields !== '' || OPEN.has(code) || (!own && (status === 400 || status === 409));
  const parts = [t(`problems.${name}`), fields && t('problems.check', { fields }), open && detail && aside(detail)];
  return parts.filter(Boolean).join(' ');
}

function labelOf(path: string, t: Catalogue['t']): string {
  const label = path
    .split(/[.[\]]+/)
    .map((part) => LABELS[part])
    .findLast(Boolean);
  return label ? t(label) : aside(path);
}

/** Keeps its own direction inside a sentence that runs the other way. */
const aside = (words: string): string => `\u2068${words}\u2069`;
