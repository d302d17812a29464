import { Controller, Get, type INestApplication, Inject, Injectable } from '@nestjs/common';
import { ApiExcludeController, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Allow } from './access.js';
import { withAnswers } from './described-answers.js';

/** The OpenAPI description of this process's routes, made when somebody asks for it the first time. */
@Injectable()
export class ApiDescription {
  private app: INestApplication | null = null;
  private made: OpenAPIObject | null = null;

  /** Told once the application exists. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** Null where nobody told the application (tests of one room). */
  document(): OpenAPIObject | null {
    if (!this.app) return null;
    const config = new DocumentBuilder()
      .setTitle('Kairos')
      .setDescription('The support inbox that answers in time: everything its pages and integrations use.')
      .setVersion('1')
      .addBearerAuth({ type: 'http', scheme: 'bearer' })
      .addCookieAuth('kairos_session')
      .build();
    this.made ??= withAnswers(SwaggerModule.createDocument(this.app, config));
    return this.made;
  }
}

/** For gateway, which shows the routes of all apps as one. */
@ApiExcludeController()
@Controller('internal/v1/openapi.json')
@Allow('public')
export class InternalApiController {
  constructor(@Inject(ApiDescription) private readonly description: ApiDescription) {}

  @Get()
  document(): OpenAPIObject | null {
    return this.description.document();
  }
}
