import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { DELIVERY_STATES, type DeliveryState, type OutboundDeliveryView, type Page } from '#contracts';
import { invalid, isId } from '#kernel';
import { Actor, Allow, decodeCursor, type Identity, readLimit, readText } from '#platform';
import { DeliveryListService, type Position } from './delivery-list.service.js';
import { DeliveryService } from './delivery.service.js';
import { DeliveryWorker } from './delivery.worker.js';

/** Replies on their way out: shown, and sent again by a person. */
@Controller('api/v1/deliveries')
@Allow('agent')
export class DeliveryController {
  constructor(
    private readonly lists: DeliveryListService,
    private readonly deliveries: DeliveryService,
    private readonly worker: DeliveryWorker,
  ) {}

  @Get()
  list(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<OutboundDeliveryView>> {
    const filter = {
      state: readState(query),
      messageId: readUuid(query, 'message'),
      conversationId: readUuid(query, 'conversation'),
    };
    return this.lists.page(actor, filter, { after: readPosition(query['cursor']), limit: readLimit(query['limit']) });
  }

  /** 202: it was queued again; what becomes of it comes as `delivery.changed`. */
  @Post(':id/retry')
  @HttpCode(202)
  async retry(@Actor() actor: Identity, @Param('id') id: string): Promise<OutboundDeliveryView> {
    await this.deliveries.retry(actor, id);
    this.worker.wake();
    return this.lists.one(actor, id);
  }
}

function readState(query: Record<string, unknown>): DeliveryState | undefined {
  const text = readText(query, 'state');
  if (text === undefined) return undefined;
  const state = DELIVERY_STATES.find((known) => known === text);
  if (!state) {
    throw invalid('invalid_state', `state=${text.slice(0, 40)} is unknown; use one of ${DELIVERY_STATES.join(', ')}.`);
  }
  return state;
}

function readUuid(query: Record<string, unknown>, name: string): string | undefined {
  const text = readText(query, name);
  if (text !== undefined && !isId(text)) {
    throw invalid(
      'invalid_id',
      `${name}=${String(text).slice(0, 60)} is no id of ours; use an id from a list, unchanged.`,
    );
  }
  return text;
}

function readPosition(cursor: unknown): Position | null {
  const position = decodeCursor(cursor, 2);
  if (!position) return null;
  const [at, id] = position;
  if (typeof at !== 'string' || !/^[\d\-:.+ ]{19,40}$/.test(at) || Number.isNaN(Date.parse(at)) || !isId(id)) {
    throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
  }
  return { at, id };
}
