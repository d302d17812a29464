import type { ArrivedMessage, ChannelKind, DeliveryReport, DeliveryState, OutboundReply } from '#contracts';
import type { EgressPolicy } from '#egress';

/**
 * What a channel can do, as small capabilities. A connector offers those that its provider has; gateway/ingress and
 * notifier ask the registry for a kind and use what is there. Connectors know protocols: no Nest, no log, no SQL.
 */
export interface Connector {
  readonly description: ConnectorDescription;
  /** Comes in by signed webhook (sms, messenger). */
  readonly webhooks?: WebhookReceiver;
  /** Comes in as raw RFC 822 bytes (email). */
  readonly mail?: MailReceiver;
  /** Comes in by our own API (custom). */
  readonly api?: ApiReceiver;
  /** Comes in by our own chat socket (webchat). */
  readonly chat?: ChatReceiver;
  /** Goes out to the provider; webchat has none, since gateway's realtime holds the sockets. */
  readonly sender?: Sender;
  /** Fetches the files that a webhook only names by URL. */
  readonly media?: MediaSource;
}

/** One connected mailbox, number, page or widget, as a connector sees it. */
export interface ChannelAccount {
  id: string;
  kind: ChannelKind;
  name: string;
  /** Our address there: `description.address(config)`. */
  address: string;
  config: Record<string, unknown>;
  /** Newest first; during a rotation the old set is accepted too. Empty: nothing is accepted (fail closed). */
  secrets: SecretSet[];
}

export type SecretSet = Record<string, string | undefined>;

export interface ConnectorDescription {
  kind: ChannelKind;
  label: string;
  /**
   * Checks what somebody typed into the settings.
   * @throws DomainError('invalid_channel_config') naming the field in `details.errors` and what is expected there.
   */
  validate(config: Record<string, unknown>, secrets: SecretSet): void;
  /** Names of the write-only fields. */
  secretFields: readonly string[];
  /** Our address: mailbox (lower case), number (E.164), page id; '' where there is none. */
  address(config: Record<string, unknown>): string;
  /** Which of its settings are addresses that we will call; they are checked before they are kept. */
  outgoing?(config: Record<string, unknown>): { path: string; url: string }[];
  /** URLs to register at the provider, without fragment. `config.publicUrl` overrides `publicUrl`. */
  webhooks(publicUrl: string, channelId: string, config?: Record<string, unknown>): WebhookAddress[];
}

export interface WebhookAddress {
  purpose: string;
  method: 'GET' | 'POST';
  url: string;
}

/** A request as it came. Whatever its content type says, `rawBody` holds the bytes that were signed. */
export interface RawRequest {
  method: string;
  /** Path and query as called, undecoded. */
  originalUrl: string;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  rawBody: Buffer;
  receivedAt: Date;
  /** PUBLIC_URL. Signed URLs are built from it (or from `config.publicUrl`), never from Host. */
  publicUrl: string;
}

export interface WebhookReceiver {
  /** @throws ChannelError `unauthenticated` (401) when the signature or token is wrong or no secret is configured. */
  verify(request: RawRequest, channel: ChannelAccount): void;
  /**
   * Unique per delivery of the provider within the channel; the same delivery again gives the same key. Call it after
   * `verify` and before the receipt is stored. Cheap.
   * @throws ChannelError `malformed` (400) when the body is nothing of this provider at all.
   */
  receiptKey(request: RawRequest): string;
  /** What is in it. Never throws for a request that `receiptKey` accepted: trouble becomes `parseProblem`. */
  receive(request: RawRequest, channel: ChannelAccount): Received;
}

export interface Received {
  items: ArrivedItem[];
  reports: DeliveryReport[];
  /** What the provider wants to hear; without it: 200 with an empty body. */
  response?: { status: number; contentType: string; body: string };
}

/** `message.arrived` without what only gateway knows (receipt, channel facts) and with the files themselves. */
export type ArrivedItem = Omit<
  ArrivedMessage,
  | 'receiptId'
  | 'channelId'
  | 'channelKind'
  | 'slaKind'
  | 'channelAddress'
  | 'channelName'
  | 'channelTeamIds'
  | 'attachments'
  | 'receivedAt'
> & { attachments: ArrivedFile[] };

export type ArrivedFile = InlineFile | RemoteFile;

export interface InlineFile {
  name: string;
  /** Sniffed from the bytes. */
  contentType: string;
  content: Buffer;
  cid?: string;
}

/** To be fetched after the acknowledgement, by `media.fetch`. */
export interface RemoteFile {
  name: string;
  /** As the provider says; sniff again once fetched. */
  contentType: string;
  url: string;
}

export function isRemoteFile(file: ArrivedFile): file is RemoteFile {
  return 'url' in file;
}

export interface MailEnvelope {
  /** MAIL FROM; '' is the null sender of bounces, null when unknown (IMAP). */
  from: string | null;
  /** RCPT TO. */
  rcpt: string[];
  receivedAt: Date;
  /** IMAP INTERNALDATE: the trusted stamp; absent for the SMTP listener, where the receipt itself is the stamp. */
  internalDate?: Date | null;
}

export interface MailReceiver {
  /** The email key of domain.md 3.1: 64 hex digits, computed from bytes before any parsing. Never throws. */
  mailKey(raw: Buffer): string;
  /** Exactly one item, whatever the bytes; never rejects. Use `MailParserPool` at doors: it bounds time and memory. */
  parseMail(raw: Buffer, envelope: MailEnvelope, channel: ChannelAccount): Promise<ArrivedItem>;
}

export interface ApiReceiver {
  /** @throws DomainError('invalid_message', 'invalid') listing every wrong field in `details.errors`. */
  receive(body: unknown, channel: ChannelAccount, receivedAt: Date): ArrivedItem;
}

export interface ChatReceiver {
  /** @throws DomainError('invalid_message', 'invalid') for a frame of the wrong shape. */
  receive(body: unknown, visitor: ChatVisitor, channel: ChannelAccount, receivedAt: Date): ArrivedItem;
}

/** Who holds the visitor token; `verifiedName` comes from a signed identity, never from the client's JSON. */
export interface ChatVisitor {
  id: string;
  verifiedName?: string | null;
}

/** Where the providers' APIs are; unset means their public address (SMTP has none). */
export interface Endpoints {
  twilioApiUrl?: string;
  metaGraphUrl?: string;
  smtpOutUrl?: string;
}

export interface SendContext {
  endpoints: Endpoints;
  publicUrl: string;
  /** Bytes of an attachment from the blob store. */
  readBlob(sha256: string): Promise<Buffer>;
  timeoutMs: number;
  /** Where addresses that people typed in may lead. Left out: to public hosts only. */
  egress?: EgressPolicy;
}

export interface Sent {
  providerId: string | null;
  state: Extract<DeliveryState, 'queued' | 'sent' | 'delivered'>;
  /** The Message-ID under which a mail left, when the provider rewrote ours. */
  messageIdHeader?: string | null;
  /** In words: who of several recipients was refused although it went out to the others. */
  note?: string;
}

export interface Sender {
  /** @throws ChannelError with `reason` in words for the agent, `retryable`, `ambiguous`. */
  send(reply: OutboundReply, channel: ChannelAccount, context: SendContext): Promise<Sent>;
  /**
   * After a crash in the middle of `send`: asks the provider whether it has the message.
   * `{found: null}`: looked, it is not there (sending again is safe); null: cannot be known.
   * `startedAt` is when the interrupted attempt began.
   */
  lookup?(
    reply: OutboundReply,
    channel: ChannelAccount,
    context: SendContext,
    startedAt: Date,
  ): Promise<{ found: Sent | null } | null>;
  /** Closes pooled connections. */
  close?(): void;
}

export interface MediaSource {
  /**
   * Downloads from the provider's own hosts only, with the account's credentials for the first hop only.
   * @throws ChannelError `delivery` (retryable or not).
   */
  fetch(file: RemoteFile, channel: ChannelAccount, context: MediaContext): Promise<Buffer>;
}

export interface MediaContext {
  endpoints: Endpoints;
  timeoutMs: number;
  maxBytes: number;
}

export type ChannelErrorCode = 'unauthenticated' | 'malformed' | 'delivery';

export interface ChannelErrorFacts {
  /** Trying again later may help. */
  retryable?: boolean;
  /** The provider may have taken it: never send again before `lookup`. */
  ambiguous?: boolean;
  providerCode?: string | null;
  cause?: unknown;
}

/** The one error of connectors. `reason` is for people and never holds a secret. */
export class ChannelError extends Error {
  readonly retryable: boolean;
  readonly ambiguous: boolean;
  readonly providerCode: string | null;

  constructor(
    readonly code: ChannelErrorCode,
    readonly reason: string,
    facts: ChannelErrorFacts = {},
  ) {
    super(reason, { cause: facts.cause });
    this.name = 'ChannelError';
    this.retryable = facts.retryable ?? false;
    this.ambiguous = facts.ambiguous ?? false;
    this.providerCode = facts.providerCode ?? null;
  }
}

/** One answer for every refusal: a stranger learns nothing about which check failed. */
export const unauthenticated = () =>
  new ChannelError('unauthenticated', 'The signature of this request does not match this channel.');
export const malformed = (reason: string) => new ChannelError('malformed', reason);
