import { type DynamicModule, Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { AppClient } from './app-client.js';
import { EDGE_OPTIONS, type EdgeOptions } from './edge-options.js';
import { FilesController } from './files.controller.js';
import { FilesService } from './files.service.js';
import { GatewayHealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { OpenApiController } from './openapi.controller.js';
import { OpenApiService } from './openapi.service.js';
import { ParkedController } from './parked.controller.js';
import { ParkedService } from './parked.service.js';
import { PublicEdge } from './public-edge.js';

@Module({})
export class EdgeModule {
  static with(options: EdgeOptions): DynamicModule {
    return {
      module: EdgeModule,
      imports: [PeopleModule],
      controllers: [
        FilesController,
        OpenApiController,
        ParkedController,
        ...(options.ownHealth ? [GatewayHealthController] : []),
      ],
      providers: [
        { provide: EDGE_OPTIONS, useValue: options },
        AppClient,
        FilesService,
        HealthService,
        OpenApiService,
        ParkedService,
        PublicEdge,
      ],
    };
  }
}
