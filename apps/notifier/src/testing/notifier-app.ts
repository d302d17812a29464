import type {
  ChannelChanged,
  EscalationFired,
  EventPayloads,
  EventType,
  MessageReplied,
  PersonView,
  Role,
} from '#contracts';
import { type Clock, FakeClock, newId, seal } from '#kernel';
import type { AppContext } from '#platform';
import { GraphEnd, MailEnd, runApp, type RunningApp, SlackEnd, testInstallation, TwilioEnd } from '#testing';
import { notifierMigrations, notifierModule } from '../index.js';

/** notifier alone, with the providers' far ends on loopback; facts are put into the log as the other apps would. */
export interface NotifierUnderTest {
  context: AppContext;
  app: RunningApp;
  clock: Clock;
  slack: SlackEnd;
  twilio: TwilioEnd;
  graph: GraphEnd;
  mail: MailEnd;
  say<T extends EventType>(type: T, key: string, payload: EventPayloads[T]): Promise<void>;
  /** Several facts in one transaction: they come as one batch. */
  sayAll(events: { type: EventType; key: string; payload: EventPayloads[EventType] }[]): Promise<void>;
  /** Ends the process in good order and starts it again on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function notifierUnderTest(
  env: Record<string, string> = {},
  clock: Clock = new FakeClock(),
): Promise<NotifierUnderTest> {
  const [slack, twilio, graph, mail] = await Promise.all([
    new SlackEnd().start(),
    new TwilioEnd().start(),
    new GraphEnd().start(),
    new MailEnd().start(),
  ]);
  const installation = await testInstallation(clock, {
    SMTP_OUT_URL: mail.url,
    SLACK_API_URL: slack.apiUrl,
    TWILIO_API_URL: twilio.url,
    META_GRAPH_URL: graph.url,
    PUBLIC_URL: 'http://kairos.shop.test',
    ...env,
  });
  const context = await installation.open('notifier', notifierMigrations);
  const run = () => runApp({ parts: installation.parts, modules: [notifierModule(context)], contexts: [context] });
  const under: NotifierUnderTest = {
    context,
    app: await run(),
    clock,
    slack,
    twilio,
    graph,
    mail,
    say: (type, key, payload) => under.sayAll([{ type, key, payload }]),
    sayAll: (events) =>
      context.db.transaction(async (tx) =>
        context.log.append(
          tx,
          events.map((event) => ({ ...event, occurredAt: clock.now() })),
        ),
      ),
    async restart() {
      await under.app.close();
      under.app = await run();
    },
    async close() {
      await under.app.close();
      await installation.close();
      await Promise.all([slack.close(), twilio.close(), graph.close(), mail.close()]);
    },
  };
  return under;
}

const KINDS = {
  email: { slaKind: 'email', address: 'help@shop.test', config: { address: 'help@shop.test' }, secrets: {} },
  sms: {
    slaKind: 'sms',
    address: '+15005550006',
    config: { phoneNumber: '+15005550006', accountSid: `AC${'0'.repeat(32)}` },
    secrets: { authToken: 'twilio-token' },
  },
  messenger: {
    slaKind: 'social',
    address: '104455667788',
    config: { pageId: '104455667788' },
    secrets: { appSecret: 'a', verifyToken: 'v', pageAccessToken: 'EAAtoken' },
  },
} as const;

export function channelOf(kind: keyof typeof KINDS, more: Partial<ChannelChanged> = {}): ChannelChanged {
  const { slaKind, address, config, secrets } = KINDS[kind];
  const sealedSecrets = seal('test-secret', [secrets]);
  const fixed = { id: newId(), kind, name: `our ${kind}`, slaKind, address, config, sealedSecrets };
  return { ...fixed, teamIds: [], removed: false, ...more };
}

/** A reply as inbox tells of it. */
export function replyOn(
  channel: ChannelChanged,
  more: { text?: string; to?: string; conversationId?: string; seq?: number; at?: string; assigneeId?: string } = {},
): MessageReplied {
  const conversationId = more.conversationId ?? newId();
  const messageId = newId();
  const to = more.to ?? (channel.kind === 'email' ? 'ada@customer.test' : '+15551000001');
  const text = more.text ?? 'It is on its way.';
  const id = `<${newId()}@shop.test>`;
  const from = { address: channel.address, name: 'The Shop' };
  const mail = { from, replyTo: channel.address, messageId: id, inReplyTo: null, references: [] };
  return {
    conversation: {
      conversationId,
      customer: { id: newId(), displayName: 'Ada Byron' },
      status: 'open',
      priority: 'normal',
      tags: [],
      subject: 'Parcel',
      audience: {
        channelIds: [channel.id],
        channelTeamIds: channel.teamIds,
        teamId: null,
        assigneeId: more.assigneeId ?? null,
      },
    },
    messageId,
    messageSeq: more.seq ?? 2,
    channelId: channel.id,
    channelKind: channel.kind,
    slaKind: channel.slaKind,
    preview: text,
    authorId: newId(),
    clientId: newId(),
    at: more.at ?? '2026-11-20T09:00:00.000Z',
    answersSeq: 1,
    human: true,
    outbound: {
      deliveryId: newId(),
      messageId,
      conversationId,
      channelId: channel.id,
      channelKind: channel.kind,
      to: [{ address: to, name: 'Ada Byron' }],
      cc: [],
      subject: channel.kind === 'email' ? 'Re: Parcel' : null,
      text,
      html: null,
      attachments: [],
      mail: channel.kind === 'email' ? mail : null,
    },
  };
}

/** A level as sla tells of it: due at the fake clock's now unless told otherwise. */
export function escalation(clock: Clock, more: Partial<EscalationFired> = {}): EscalationFired {
  const now = clock.now();
  const dueAt = more.dueAt ?? now.toISOString();
  const waitId = more.waitId ?? newId();
  return {
    conversationId: newId(),
    waitId,
    kind: 'first_response',
    customerId: newId(),
    customerName: 'Ada Byron',
    channelKind: 'sms',
    channelId: newId(),
    openedAt: new Date(Date.parse(dueAt) - 7_200_000).toISOString(),
    dueAt,
    targetSeconds: 7_200,
    assigneeId: null,
    teamId: null,
    due: { waitId, kind: 'first_response', openedAt: dueAt, dueAt, breachedAt: dueAt },
    escalationId: newId(),
    level: 2,
    to: 'slack',
    escalationDueAt: dueAt,
    firedAt: now.toISOString(),
    breached: true,
    priority: 'normal',
    preview: 'Where is my parcel?',
    subject: null,
    ...more,
  };
}

export function answerTo(
  fired: EscalationFired,
  clock: Clock,
  answeredById: string | null = null,
): EventPayloads['wait.answered'] {
  return { ...fired, due: null, answeredAt: clock.now().toISOString(), answeredById, outcome: 'breached' };
}

export function personOf(role: Role, more: Partial<PersonView> = {}): PersonView {
  const id = newId();
  const fixed = { id, email: `${role}-${id.slice(-4)}@shop.test`, name: `The ${role}`, role, teamIds: [] };
  return { ...fixed, language: 'en', timeZone: 'Europe/Bucharest', phone: null, active: true, ...more };
}
