import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AppContext } from '#platform';

/** What gateway's providers inject: its database, log, clock and configuration. */
export class GatewayContext extends AppContext {}

@Global()
@Module({})
class GatewayContextModule {}

/** Hands the context to all of gateway's rooms. */
export function gatewayContextModule(context: AppContext): DynamicModule {
  return {
    module: GatewayContextModule,
    providers: [{ provide: GatewayContext, useValue: context }],
    exports: [GatewayContext],
  };
}
