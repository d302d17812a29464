import { Module } from '@nestjs/common';
import { SessionIdentityResolver } from './session-identity.resolver.js';

@Module({ providers: [SessionIdentityResolver], exports: [SessionIdentityResolver] })
export class PeopleModule {}
