import { Controller, type DynamicModule, Get, Inject, Module, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ParkedView } from '#contracts';
import { notFound } from '#kernel';
import type { AppContext } from '../app-context.js';
import { Allow } from './access.js';
import { ApiDescription, InternalApiController } from './api-description.js';

/** The contexts of this process: one per app that runs in it. */
export const CONTEXTS = Symbol('contexts of this process');

/** What one process knows about parked events; gateway asks each and shows them together. */
@ApiExcludeController()
@Controller('internal/v1/parked')
@Allow('manager')
export class InternalParkedController {
  constructor(@Inject(CONTEXTS) private readonly contexts: AppContext[]) {}

  @Get()
  async list(): Promise<{ items: ParkedView[] }> {
    const lists = await Promise.all(this.contexts.map((context) => context.log.parked()));
    return { items: lists.flat() };
  }

  @Post(':id/replay')
  async replay(@Param('id') id: string): Promise<{ replayed: number }> {
    for (const context of this.contexts) {
      const known = (await context.log.parked()).some((entry) => entry.id === id);
      if (known) return { replayed: await context.log.replay(id) };
    }
    throw notFound('parked_event', id);
  }
}

@Module({})
class InternalModule {}

export function internalModule(contexts: AppContext[]): DynamicModule {
  return {
    module: InternalModule,
    global: true,
    controllers: [InternalParkedController, InternalApiController],
    providers: [{ provide: CONTEXTS, useValue: contexts }, ApiDescription],
    exports: [CONTEXTS, ApiDescription],
  };
}
