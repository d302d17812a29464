import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { AuditView, Page } from '#contracts';
import { invalid, isId } from '#kernel';
import { Allow, decodeCursor, readLimit, readText } from '#platform';
import { AuditService } from './audit.service.js';

@ApiTags('People')
@Controller('api/v1/audit')
@Allow('admin')
export class AuditController {
  constructor(@Inject(AuditService) private readonly audit: AuditService) {}

  /** Newest first. */
  @Get()
  @ApiQuery({ name: 'actor', required: false, description: 'Id of the person who did it' })
  @ApiQuery({ name: 'action', required: false, description: '`person.changed`, or `person` for all about persons' })
  @ApiQuery({ name: 'subject', required: false, description: 'Id of what it was done to' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 when left out' })
  list(@Query() query: Record<string, unknown>): Promise<Page<AuditView>> {
    return this.audit.page({
      actorId: readId(query, 'actor'),
      action: readAction(query),
      subjectId: readId(query, 'subject'),
      before: readBefore(query['cursor']),
      limit: readLimit(query['limit']),
    });
  }
}

function readId(query: Record<string, unknown>, name: string): string | null {
  const id = readText(query, name) ?? null;
  if (id !== null && !isId(id)) throw invalid('invalid_query', `${name} has to be an id (uuid).`);
  return id;
}

function readAction(query: Record<string, unknown>): string | null {
  const action = readText(query, 'action') ?? null;
  if (action === null || /^[a-z_]{1,40}(\.[a-z_]{1,40})?$/.test(action)) return action;
  throw invalid('invalid_query', 'action has to be like person.changed, or person for everything about persons.');
}

function readBefore(cursor: unknown): { at: Date; id: string } | null {
  const position = decodeCursor(cursor, 2);
  if (!position) return null;
  const [at, id] = position;
  const instant = new Date(typeof at === 'string' ? at : Number.NaN);
  if (Number.isNaN(instant.getTime()) || !isId(id)) {
    throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
  }
  return { at: instant, id };
}
