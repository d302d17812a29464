import { Module } from '@nestjs/common';
import { WaitsController } from './waits.controller.js';
import { WaitsService } from './waits.service.js';

@Module({ controllers: [WaitsController], providers: [WaitsService] })
export class WaitsModule {}
