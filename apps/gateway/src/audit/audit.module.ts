import { Module } from '@nestjs/common';
import { ActWitness } from './act-witness.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';

@Module({ controllers: [AuditController], providers: [ActWitness, AuditService] })
export class AuditModule {}
