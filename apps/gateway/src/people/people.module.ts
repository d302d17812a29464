import { Module } from '@nestjs/common';
import { PeopleController } from './people.controller.js';
import { PeopleService } from './people.service.js';
import { SessionController } from './session.controller.js';
import { SessionIdentityResolver } from './session-identity.resolver.js';
import { SessionsService } from './sessions.service.js';
import { SetupService } from './setup.service.js';
import { TeamsService } from './teams.service.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';
import { VersionWatch } from './version-watch.js';

@Module({
  controllers: [SessionController, TokensController, PeopleController],
  providers: [
    VersionWatch,
    SessionIdentityResolver,
    SessionsService,
    TokensService,
    PeopleService,
    TeamsService,
    SetupService,
  ],
  exports: [VersionWatch, SessionIdentityResolver, SetupService],
})
export class PeopleModule {}
