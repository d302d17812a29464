import { type DynamicModule, Module } from '@nestjs/common';
import type { AppContext } from '#platform';
import { ChangeWriter } from '../changes/change-writer.service.js';
import { gatewayContextModule } from '../gateway.context.js';
import { ChatProjection } from '../realtime/chat/chat-projection.service.js';
import { ProjectionConsumer } from './projection.consumer.js';
import { ProjectionHooks } from './projection-hooks.js';

/**
 * What gateway keeps of the other apps' events: the feed, and what visitors of the web chat may see. It answers nobody,
 * so it may run in another process than the rooms that do (ADR 17); these are woken by news and read the tables.
 */
@Module({
  controllers: [ProjectionConsumer],
  providers: [ProjectionHooks, ChangeWriter, ChatProjection],
})
export class ProjectionModule {}

@Module({})
class GatewayProjectionModule {}

/** This room of gateway over its context, for a process of others. */
export function gatewayProjectionModule(context: AppContext): DynamicModule {
  return { module: GatewayProjectionModule, imports: [gatewayContextModule(context), ProjectionModule] };
}
