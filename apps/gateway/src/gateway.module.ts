import { type DynamicModule, Module } from '@nestjs/common';
import type { AppContext } from '#platform';
import { AuditModule } from './audit/audit.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { ChannelsModule } from './channels/channels.module.js';
import { EdgeModule } from './edge/edge.module.js';
import { type EdgeOptions } from './edge/edge-options.js';
import { gatewayContextModule } from './gateway.context.js';
import { IngressModule } from './ingress/ingress.module.js';
import { PeopleModule } from './people/people.module.js';
import { ProjectionModule } from './projection/projection.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';

@Module({})
export class GatewayModule {}

/**
 * Everything of gateway over its context.
 * @param edge where the other apps are and what is served; left out: nothing is proxied (one process, or a test).
 */
export function gatewayModule(context: AppContext, edge: EdgeOptions = {}): DynamicModule {
  return {
    module: GatewayModule,
    imports: [
      gatewayContextModule(context),
      ...(edge.projectedBy ? [] : [ProjectionModule]),
      PeopleModule,
      ChannelsModule,
      ChangesModule,
      IngressModule,
      RealtimeModule,
      AuditModule,
      EdgeModule.with(edge),
    ],
    exports: [PeopleModule, ChannelsModule, ChangesModule],
  };
}
