import { Injectable } from '@nestjs/common';
import { CHANNEL_KINDS, CONVERSATION_STATUSES, type ConversationView, type MessageView, type Page } from '#contracts';
import { invalid, isId } from '#kernel';
import { decodeCursor, encodeCursor, type Identity, readLimit, readText } from '#platform';
import { InboxContext } from '../inbox.context.js';
import { listMessages } from '../messages/message.store.js';
import { messageView } from '../messages/message.view.js';
import { searchForm } from '../search/search.rules.js';
import { accessOf, seenConversation } from './access.js';
import {
  type ConversationFilter,
  countOpen,
  type CountsRow,
  listConversations,
  listLinks,
  type Position,
  type Sort,
} from './conversation-list.store.js';
import type { Conversation } from './conversation.rules.js';
import { conversationView } from './conversation.view.js';

type Query = Record<string, unknown>;
const SORTS = ['due', 'newest', 'oldest'] as const;
/** Of a Postgres integer: beyond every message number. */
const MAX_SEQ = 2_147_483_647;

/** What agents and integrators read. */
@Injectable()
export class ConversationsService {
  constructor(private readonly context: InboxContext) {}

  async list(actor: Identity, query: Query): Promise<Page<ConversationView>> {
    const limit = readLimit(query['limit']);
    const sort: Sort = readOneOf(query, 'sort', SORTS) ?? 'newest';
    const filter = readFilter(query, actor);
    const after = readPosition(query['cursor'], sort);
    const access = accessOf(actor);
    const rows = await listConversations(this.context.db, access, filter, { sort, after, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: await this.views(items),
      nextCursor: rows.length > limit && last ? cursorOf(last, sort) : null,
    };
  }

  async get(actor: Identity, id: string): Promise<ConversationView> {
    const [view] = await this.views([await seenConversation(this.context.db, actor, id)]);
    return view!;
  }

  async messages(actor: Identity, id: string, query: Query): Promise<Page<MessageView>> {
    const limit = readLimit(query['limit']);
    const afterSeq = readSeq(query, 'afterSeq');
    const beforeSeq = readSeq(query, 'beforeSeq');
    const cursor = decodeCursor(query['cursor'], 2);
    if (cursor && (typeof cursor[0] !== 'boolean' || !isSeq(cursor[1]))) decodeCursor('-', 2);
    const { id: conversationId } = await seenConversation(this.context.db, actor, id);
    const fromEnd = cursor ? (cursor[0] as boolean) : beforeSeq !== undefined && afterSeq === undefined;
    const rows = await listMessages(this.context.db, conversationId, {
      afterSeq: cursor && !fromEnd ? (cursor[1] as number) : (afterSeq ?? 0),
      beforeSeq: cursor && fromEnd ? (cursor[1] as number) : (beforeSeq ?? MAX_SEQ),
      limit: limit + 1,
      fromEnd,
    });
    const more = rows.length > limit;
    const items = more ? (fromEnd ? rows.slice(1) : rows.slice(0, limit)) : rows;
    const edge = fromEnd ? items[0] : items.at(-1);
    return { items: items.map(messageView), nextCursor: more && edge ? encodeCursor([fromEnd, edge.seq]) : null };
  }

  counts(actor: Identity): Promise<CountsRow> {
    return countOpen(this.context.db, accessOf(actor), this.context.now());
  }

  /** With their links, in the order given. */
  async views(conversations: Conversation[]): Promise<ConversationView[]> {
    if (conversations.length === 0) return [];
    const links = await listLinks(
      this.context.db,
      conversations.map((conversation) => conversation.id),
    );
    return conversations.map((conversation) => conversationView(conversation, links));
  }
}

function readFilter(query: Query, actor: Identity): ConversationFilter {
  const filter: ConversationFilter = {};
  const status = readOneOf(query, 'status', CONVERSATION_STATUSES);
  if (status) filter.status = status;
  const assignee = readText(query, 'assignee');
  if (assignee === 'none') filter.assigneeId = null;
  else if (assignee)
    filter.assigneeId = assignee === 'me' ? actor.personId : idOf('assignee', assignee, 'an id, me or none');
  const team = readText(query, 'team');
  if (team) filter.teamId = idOf('team', team, 'an id');
  const customer = readText(query, 'customer');
  if (customer) filter.customerId = idOf('customer', customer, 'an id');
  const channel = readText(query, 'channel');
  const kind = CHANNEL_KINDS.find((known) => known === channel);
  if (kind) filter.channelKind = kind;
  else if (channel) filter.channelId = idOf('channel', channel, `an id or one of ${CHANNEL_KINDS.join(', ')}`);
  const tag = readText(query, 'tag');
  if (tag) filter.tag = tag;
  const typed = readText(query, 'q')?.trim().slice(0, 200).toWellFormed();
  if (typed) filter.q = { typed, form: searchForm(typed).trim() };
  return filter;
}

function readOneOf<T extends string>(query: Query, name: string, allowed: readonly T[]): T | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  const found = allowed.find((value) => value === text);
  if (found) return found;
  throw invalid('invalid_query', `${name}="${text.slice(0, 40)}" is unknown; use ${allowed.join(', ')}.`);
}

function idOf(name: string, text: string, expected: string): string {
  const sound: boolean = isId(text);
  if (sound) return text;
  throw invalid('invalid_query', `${name}="${text.slice(0, 40)}" is not understood; use ${expected}.`);
}

const isSeq = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SEQ;

function readSeq(query: Query, name: string): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && isSeq(Number(text))) return Number(text);
  throw invalid('invalid_query', `${name}="${text.slice(0, 40)}" is no message number; use a whole number from 0.`);
}

function cursorOf(last: Conversation, sort: Sort): string {
  return encodeCursor([sort, last.due?.dueAt ?? 'infinity', last.lastMessageAt.toISOString(), last.id]);
}

/** Every part is checked: a cursor is outside text like any other. */
function readPosition(text: unknown, sort: Sort): Position | null {
  const cursor = decodeCursor(text, 4);
  if (!cursor) return null;
  const [of, dueAt, lastMessageAt, id] = cursor;
  const isInstant = (value: unknown) => typeof value === 'string' && !Number.isNaN(new Date(value).getTime());
  if (of !== sort || !(dueAt === 'infinity' || isInstant(dueAt)) || !isInstant(lastMessageAt) || !isId(id)) {
    throw invalid(
      'invalid_cursor',
      'The cursor belongs to another list. Use nextCursor of the page before, with the same filters and sort.',
    );
  }
  return { dueAt: dueAt as string, lastMessageAt: lastMessageAt as string, id };
}
