import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Allow } from '#platform';
import { OpenApiService } from './openapi.service.js';

@ApiExcludeController()
@Controller('api/v1/openapi.json')
@Allow('public')
export class OpenApiController {
  constructor(@Inject(OpenApiService) private readonly openApi: OpenApiService) {}

  @Get()
  document(): Promise<OpenAPIObject> {
    return this.openApi.document();
  }
}
