import { Inject, Injectable, Optional } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '#kernel';
import { ApiDescription } from '#platform';
import { AppClient } from './app-client.js';

/** One description of the whole surface, in both shapes. */
@Injectable()
export class OpenApiService {
  private merged: OpenAPIObject | null = null;

  constructor(
    @Inject(AppClient) private readonly client: AppClient,
    @Optional() @Inject(ApiDescription) private readonly description: ApiDescription | null,
  ) {}

  async document(): Promise<OpenAPIObject> {
    if (this.merged) return this.merged;
    const own = this.description?.document();
    if (!own) throw new DomainError('not_described', 'unavailable', 'The description is not ready yet; try again.');
    const others = await Promise.all(
      this.client.processes.map(async (app) => {
        const { text } = await this.client.ask(app, '/internal/v1/openapi.json');
        return JSON.parse(text) as OpenAPIObject | null;
      }),
    );
    this.merged = others.reduce<OpenAPIObject>((all, one) => (one ? joined(all, one) : all), own);
    return this.merged;
  }
}

/** What gateway says wins (health is told by every app). */
function joined(all: OpenAPIObject, one: OpenAPIObject): OpenAPIObject {
  return {
    ...all,
    paths: { ...one.paths, ...all.paths },
    components: { ...all.components, schemas: { ...one.components?.schemas, ...all.components?.schemas } },
  };
}
