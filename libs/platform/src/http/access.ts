import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Role } from '#contracts';
import { ROLES } from '#contracts';
import { DomainError } from '#kernel';
import { type Headers, type Identity, IdentityResolver } from '../identity.js';

export const ACCESS_RULE = 'kairos:access';

/** `public`: anybody; `signed`: proves itself in another way (webhook signature, widget token, HMAC); else the least role. */
export type AccessRule = 'public' | 'signed' | Role;

/** Every route says who may call it; one without a rule is refused, and a test lists it. */
export const Allow = (rule: AccessRule) => SetMetadata(ACCESS_RULE, rule);

/** The signed-in person, in a handler's arguments. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const identity = context.switchToHttp().getRequest<{ identity?: Identity }>().identity;
  if (!identity) throw new Error('@Actor() needs a route that demands a role');
  return identity;
});

export function hasRole(identity: Identity, least: Role): boolean {
  return ROLES.indexOf(identity.role) >= ROLES.indexOf(least);
}

/** Managers and administrators see everything; others their teams', their channels' and their own conversations. */
export function seesEverything(identity: Identity): boolean {
  return hasRole(identity, 'manager');
}

@Injectable()
export class AccessGuard implements CanActivate {
  /** Rules never change while the process runs; reading them from the decorators takes longer than the rest. */
  private readonly rules = new Map<unknown, { owner: unknown; rule: AccessRule | undefined }>();

  constructor(
    private readonly reflector: Reflector,
    private readonly resolver: IdentityResolver,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const rule = this.ruleOf(context);
    if (rule === 'public' || rule === 'signed') return true;
    if (!rule)
      throw new DomainError('no_access_rule', 'forbidden', 'This route has no access rule, so nobody may call it.');
    return this.demand(rule, context);
  }

  /** A handler belongs to one class, unless it is inherited: then both name the rule. */
  private ruleOf(context: ExecutionContext): AccessRule | undefined {
    const [handler, owner] = [context.getHandler(), context.getClass()];
    let known = this.rules.get(handler);
    if (known?.owner !== owner) {
      known = { owner, rule: this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [handler, owner]) };
      this.rules.set(handler, known);
    }
    return known.rule;
  }

  private async demand(rule: Role, context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<{ headers: Headers; identity?: Identity }>();
    const identity = (request.identity ??= (await this.resolver.resolve(request.headers)) ?? undefined);
    if (!identity) throw notSignedIn();
    if (!hasRole(identity, rule)) {
      throw new DomainError(
        'role_too_low',
        'forbidden',
        `This needs the role ${rule}; you are ${identity.role}. Ask an administrator.`,
      );
    }
    return true;
  }
}

export const notSignedIn = () =>
  new DomainError(
    'not_signed_in',
    'unauthenticated',
    'Nobody is signed in. Sign in at POST /api/v1/session, or send a token as "Authorization: Bearer …".',
  );
