import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page, TokenView } from '#contracts';
import { invalid, isId } from '#kernel';
import { Actor, Allow, decodeCursor, encodeCursor, type Identity, readLimit } from '#platform';
import { CreateTokenDto } from './people.dto.js';
import { type IssuedToken, TokensService } from './tokens.service.js';

@ApiTags('Signing in')
@Controller('api/v1/tokens')
@Allow('agent')
export class TokensController {
  constructor(@Inject(TokensService) private readonly tokens: TokensService) {}

  @Get()
  async list(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<TokenView>> {
    const limit = readLimit(query['limit']);
    const [before] = decodeCursor(query['cursor'], 1) ?? [null];
    if (before !== null && !isId(before)) throw invalid('invalid_cursor', 'Use nextCursor of the page before.');
    const items = await this.tokens.list(actor, before, limit);
    return { items, nextCursor: items.length === limit ? encodeCursor([items.at(-1)!.id]) : null };
  }

  @Post()
  create(@Actor() actor: Identity, @Body() body: CreateTokenDto): Promise<IssuedToken> {
    return this.tokens.create(actor, body);
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Actor() actor: Identity, @Param('id') id: string): Promise<void> {
    await this.tokens.revoke(actor, id);
  }
}
