import { Module } from '@nestjs/common';
import { ChangeFeed } from './change-feed.js';
import { ChangeHooks } from './change-hooks.js';

@Module({ providers: [ChangeFeed, ChangeHooks], exports: [ChangeFeed, ChangeHooks] })
export class ChangesModule {}
