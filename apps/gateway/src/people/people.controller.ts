import { Body, Controller, Get, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Page, PersonView, TeamView } from '#contracts';
import { hashSecret, invalid, isId } from '#kernel';
import { Actor, Allow, decodeCursor, encodeCursor, type Identity, readLimit } from '#platform';
import { ChangePersonDto, ChangeTeamDto, CreatePersonDto, CreateTeamDto } from './people.dto.js';
import { PeopleService } from './people.service.js';
import { sessionOf } from './session-identity.resolver.js';
import { TeamsService } from './teams.service.js';

@ApiTags('People')
@Controller('api/v1')
export class PeopleController {
  constructor(
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(TeamsService) private readonly teams: TeamsService,
  ) {}

  @Get('people')
  @Allow('agent')
  async listPeople(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<PersonView>> {
    const limit = readLimit(query['limit']);
    return paged(await this.people.list(actor, readAfter(query['cursor']), limit), limit);
  }

  @Post('people')
  @Allow('manager')
  createPerson(@Actor() actor: Identity, @Body() body: CreatePersonDto): Promise<PersonView> {
    return this.people.create(actor, body);
  }

  /** Everybody changes a few things about themselves; what else is decided by role. */
  @Patch('people/:id')
  @Allow('agent')
  changePerson(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Body() body: ChangePersonDto,
    @Req() request: FastifyRequest,
  ): Promise<PersonView> {
    const { currentPassword, ...change } = body;
    const session = actor.via === 'cookie' ? sessionOf(request.headers) : null;
    return this.people.change(actor, id, change, {
      currentPassword,
      keepSession: session && hashSecret(session),
    });
  }

  @Get('teams')
  @Allow('agent')
  async listTeams(@Query() query: Record<string, unknown>): Promise<Page<TeamView>> {
    const limit = readLimit(query['limit']);
    return paged(await this.teams.list(readAfter(query['cursor']), limit), limit);
  }

  @Post('teams')
  @Allow('manager')
  createTeam(@Actor() actor: Identity, @Body() body: CreateTeamDto): Promise<TeamView> {
    return this.teams.create(actor, body);
  }

  @Patch('teams/:id')
  @Allow('manager')
  changeTeam(@Actor() actor: Identity, @Param('id') id: string, @Body() body: ChangeTeamDto): Promise<TeamView> {
    return this.teams.change(actor, id, body);
  }
}

function readAfter(cursor: unknown): { name: string; id: string } | null {
  const position = decodeCursor(cursor, 2);
  if (!position) return null;
  const [name, id] = position;
  if (typeof name !== 'string' || !isId(id) || name.includes('\u0000')) {
    throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
  }
  return { name, id };
}

function paged<T extends { id: string; name: string }>(items: T[], limit: number): Page<T> {
  const last = items.at(-1);
  return { items, nextCursor: last && items.length === limit ? encodeCursor([last.name, last.id]) : null };
}
