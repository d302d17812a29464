import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '#platform';
import { fileHeaders } from './file-headers.rules.js';
import { FilesService } from './files.service.js';

@ApiExcludeController()
@Controller('files')
@Allow('signed')
export class FilesController {
  constructor(@Inject(FilesService) private readonly files: FilesService) {}

  @Get(':link')
  async download(@Param('link') link: string, @Res() reply: FastifyReply): Promise<void> {
    const { bytes, ...file } = await this.files.open(link);
    await reply.headers(fileHeaders(file)).send(bytes);
  }
}
