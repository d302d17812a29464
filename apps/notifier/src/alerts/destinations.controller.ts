import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { DestinationView, Page } from '#contracts';
import { invalid, isId } from '#kernel';
import { Allow, decodeCursor, readLimit } from '#platform';
import { DestinationsService, type TestAnswer } from './destinations.service.js';

/** Where alerts go: managers and administrators. */
@Controller('api/v1/alerts/destinations')
@Allow('manager')
export class DestinationsController {
  constructor(private readonly destinations: DestinationsService) {}

  @Get()
  list(@Query() query: Record<string, unknown>): Promise<Page<DestinationView>> {
    const position = decodeCursor(query['cursor'], 1);
    if (position && !isId(position[0])) {
      throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
    }
    return this.destinations.page((position?.[0] as string | undefined) ?? null, readLimit(query['limit']));
  }

  @Get(':id')
  one(@Param('id') id: string): Promise<DestinationView> {
    return this.destinations.one(id);
  }

  @Post()
  create(@Body() body: unknown): Promise<DestinationView> {
    return this.destinations.create(body);
  }

  @Patch(':id')
  change(@Param('id') id: string, @Body() body: unknown): Promise<DestinationView> {
    return this.destinations.change(id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string): Promise<void> {
    return this.destinations.remove(id);
  }

  /** 200 also when the provider refused: `ok` and `said` tell. */
  @Post(':id/test')
  @HttpCode(200)
  test(@Param('id') id: string): Promise<TestAnswer> {
    return this.destinations.test(id);
  }
}
