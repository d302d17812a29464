import { type DynamicModule, Module } from '@nestjs/common';
import type { AppContext } from '#platform';
import { PoliciesModule } from './policies/policies.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { SlaContext } from './sla.context.js';
import { TrackingModule } from './tracking/tracking.module.js';
import { WaitsModule } from './waits/waits.module.js';

@Module({})
class SlaContextModule {
  static with(context: AppContext): DynamicModule {
    const provider = { provide: SlaContext, useValue: context };
    return { module: SlaContextModule, global: true, providers: [provider], exports: [SlaContext] };
  }
}

@Module({})
class SlaModule {}

/** The whole app: a clock for every customer who waits. */
export function slaModule(context: AppContext): DynamicModule {
  return {
    module: SlaModule,
    imports: [SlaContextModule.with(context), TrackingModule, PoliciesModule, WaitsModule, ReportsModule],
  };
}
