import { type DynamicModule, Module } from '@nestjs/common';
import type { EdgeOptions } from './edge-options.js';

export const EDGE_OPTIONS = Symbol('edge options');

@Module({})
export class EdgeModule {
  static with(options: EdgeOptions): DynamicModule {
    return { module: EdgeModule, providers: [{ provide: EDGE_OPTIONS, useValue: options }] };
  }
}
