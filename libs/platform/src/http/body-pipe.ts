import { type ArgumentMetadata, HttpException, Injectable, ValidationPipe } from '@nestjs/common';
import { DomainError, invalid } from '#kernel';
import { checkShape } from './body-shape.rules.js';

/**
 * Checks bodies against their DTOs. The validators take seconds for each hundred thousand values and have no end for
 * nesting, and some routes are open to everybody: the shape is looked at first.
 */
@Injectable()
export class BodyPipe extends ValidationPipe {
  constructor() {
    super({ whitelist: true, forbidNonWhitelisted: true, transform: true });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body') checkShape(value);
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (error instanceof HttpException || error instanceof DomainError) throw error;
      // what trips the validators themselves, like half an emoji in an address, is the caller's too
      throw invalid(
        'invalid',
        `The body could not be checked (${(error as Error).message}). Send plain fields in well-formed UTF-8.`,
      );
    }
  }
}
