import { existsSync } from 'node:fs';
import path from 'node:path';
import { Controller, Get, Header, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isId, notFound } from '#kernel';
import { Allow } from '#platform';
import { ChannelDirectory, type KnownChannel } from '../../channels/channel-directory.js';
import { WebFiles } from '../../edge/web-files.js';
import { GatewayContext } from '../../gateway.context.js';
import { demoPage, framePage, framePolicy, type WidgetChannel } from './widget-pages.rules.js';

/** Beside this file's own build, or in the build folder when run from sources. */
const FOLDER = ['../../../../../widget', '../../../../../dist/widget']
  .map((folder) => path.resolve(import.meta.dirname, folder))
  .find((folder) => existsSync(path.join(folder, 'widget.js')));
/** Websites ask for the loader on each of their pages; a new one reaches them within this time. */
const LOADER_SECONDS = 300;

/** The chat bubble for a customer's website: a small loader, the page in its frame, and a page to try it on. */
@ApiExcludeController()
@Controller()
@Allow('public')
export class WidgetController {
  private readonly files = new WebFiles(FOLDER ?? '');

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
  ) {}

  @Get('widget.js')
  loader(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.send(request, reply, 'widget.js', `public, max-age=${LOADER_SECONDS}`);
  }

  @Get('widget/:file')
  file(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('file') file: string): Promise<void> {
    return this.send(request, reply, file, 'no-cache');
  }

  /** @param channel its id or its website token */
  @Get('widget/frame/:channel')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  async frame(@Param('channel') channel: string, @Res() reply: FastifyReply): Promise<void> {
    const known = this.channel(channel);
    void reply.removeHeader('x-frame-options');
    void reply.header('content-security-policy', framePolicy(known.config['allowedOrigins']));
    await reply.send(framePage(widgetOf(known)));
  }

  @Get('widget/demo/:channel')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  demo(@Param('channel') channel: string): string {
    return demoPage(widgetOf(this.channel(channel)), this.context.config.publicUrl);
  }

  private channel(name: string): KnownChannel {
    const known = isId(name) ? this.channels.byId(name) : this.channels.byWebsiteToken(name);
    if (known?.kind !== 'webchat') throw notFound('web_chat', name.slice(0, 64));
    return known;
  }

  private async send(request: FastifyRequest, reply: FastifyReply, name: string, cache: string): Promise<void> {
    if (!this.files.has(name)) throw notFound('widget_file', name.slice(0, 64));
    const file = await this.files.get(name);
    void reply.headers({ 'content-type': file.type, 'cache-control': cache, etag: file.etag, vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === file.etag) {
      await reply.status(304).send();
      return;
    }
    const packed = file.packed !== null && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (packed) void reply.header('content-encoding', 'gzip');
    await reply.send(packed ? file.packed : file.bytes);
  }
}

function widgetOf({ websiteToken, config }: KnownChannel): WidgetChannel {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { websiteToken: websiteToken ?? '', title: text(config['title']), language: text(config['language']) };
}
