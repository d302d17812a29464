import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PersonView } from '#contracts';
import { Actor, Allow, clientAddress, type Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { PeopleService } from './people.service.js';
import { SetupDto, SignInDto } from './people.dto.js';
import { SESSION_COOKIE, sessionOf } from './session-identity.resolver.js';
import { SessionsService, type Visitor } from './sessions.service.js';
import { SetupService } from './setup.service.js';

/** The longest that browsers keep a cookie; whether the session still lives is decided here (30 days without use). */
const COOKIE_AGE_S = 400 * 86_400;

@ApiTags('Signing in')
@Controller('api/v1')
export class SessionController {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(PeopleService) private readonly people: PeopleService,
  ) {}

  @Post('session')
  @HttpCode(200)
  @Allow('public')
  async signIn(
    @Body() body: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ person: PersonView }> {
    const { person, token } = await this.sessions.signIn(body.email, body.password, this.visitorOf(request));
    this.setCookie(reply, token);
    return { person };
  }

  @Get('session')
  @Allow('agent')
  async current(@Actor() actor: Identity): Promise<{ person: PersonView }> {
    return { person: await this.people.get(actor.personId) };
  }

  @Delete('session')
  @HttpCode(204)
  @Allow('agent')
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = sessionOf(request.headers);
    if (token) await this.sessions.signOut(token);
    void reply.clearCookie(SESSION_COOKIE, this.cookie());
  }

  @Get('setup')
  @Allow('public')
  setupState(): Promise<{ needsAdmin: boolean; needsCode: boolean }> {
    return this.setup.state();
  }

  @Post('setup')
  @Allow('public')
  async createAdmin(
    @Body() body: SetupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ person: PersonView }> {
    const { code, ...wanted } = body;
    const { person, token } = await this.setup.createAdmin(wanted, code, this.visitorOf(request));
    this.setCookie(reply, token);
    return { person };
  }

  private setCookie(reply: FastifyReply, token: string): void {
    void reply.setCookie(SESSION_COOKIE, token, { ...this.cookie(), maxAge: COOKIE_AGE_S });
  }

  private cookie() {
    const secure = this.context.config.publicUrl.startsWith('https:');
    return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  }

  private visitorOf({ ip, headers }: FastifyRequest): Visitor {
    return {
      address: clientAddress(ip, headers['x-forwarded-for'], this.context.config.trustProxy),
      userAgent: headers['user-agent'] ?? '',
      session: sessionOf(headers),
    };
  }
}
