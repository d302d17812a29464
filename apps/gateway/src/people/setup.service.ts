import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { PersonView } from '#contracts';
import type { Tx } from '#database';
import { conflict, DomainError, sameSecret, sign } from '#kernel';
import { addressGroup } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { PeopleService, type PersonToCreate } from './people.service.js';
import { anyAdmin } from './people.store.js';
import { SessionsService, type Visitor } from './sessions.service.js';
import { VersionWatch } from './version-watch.js';

/** The first visit, or the environment, makes the first administrator; afterwards this door is shut. */
@Injectable()
export class SetupService implements OnModuleInit {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(SessionsService) private readonly sessions: SessionsService,
  ) {}

  async onModuleInit(): Promise<void> {
    const { adminEmail, adminPassword } = this.context.config;
    if (!adminEmail || !adminPassword || (await anyAdmin(this.context.db))) return;
    const passwordHash = await this.people.hashed(adminPassword, adminEmail);
    const wanted = { email: adminEmail, name: adminEmail.split('@')[0]!, role: 'admin' as const };
    await this.context.db.transaction(async (tx) => {
      if (await this.stillOpen(tx)) await this.people.insert(tx, wanted, passwordHash, null);
    });
  }

  async state(): Promise<{ needsAdmin: boolean; needsCode: boolean }> {
    const needsAdmin = !(await anyAdmin(this.context.db));
    return { needsAdmin, needsCode: needsAdmin && this.needsCode() };
  }

  /** What the start prints, and the setup page asks for: null when nobody else can reach us, or somebody is here. */
  async code(): Promise<string | null> {
    const { needsCode } = await this.state();
    return needsCode ? this.expectedCode() : null;
  }

  /** @throws DomainError already_set_up, wrong_code, too_many_attempts */
  async createAdmin(
    wanted: Omit<PersonToCreate, 'role'>,
    code: string | undefined,
    visitor: Visitor,
  ): Promise<{ person: PersonView; token: string }> {
    if (!(await this.state()).needsAdmin) throw alreadySetUp();
    if (this.needsCode()) {
      const settle = this.sessions.attempt([`setup ${addressGroup(visitor.address)}`]);
      if (!sameSecret(code?.trim().toUpperCase(), this.expectedCode())) {
        throw new DomainError(
          'wrong_code',
          'forbidden',
          'The start of Kairos printed a one-time code beside its address. Send it as code.',
        );
      }
      settle();
    }
    const passwordHash = await this.people.hashed(wanted.password, wanted.email);
    return this.context.db.transaction(async (tx) => {
      if (!(await this.stillOpen(tx))) throw alreadySetUp();
      const person = await this.people.insert(tx, { ...wanted, role: 'admin' }, passwordHash, null);
      return { person, token: await this.sessions.open(tx, person, visitor) };
    });
  }

  /** Two first visitors at once: the row lock of the version lets one through. */
  private async stillOpen(tx: Tx): Promise<boolean> {
    await this.versions.bump(tx, 'people', null);
    return !(await anyAdmin(tx));
  }

  /** Who can open a loopback port has the machine already. */
  private needsCode(): boolean {
    const { host } = this.context.config;
    return !(host === 'localhost' || host === '::1' || /^127\./.test(host));
  }

  /** The same in every gateway process; worthless once an administrator is there. 80 bits: XXXX-XXXX-XXXX-XXXX-XXXX */
  private expectedCode(): string {
    const mac = createHash('sha256').update(sign(this.context.config.secret, 'setup-code', 'first administrator'));
    return mac.digest('hex').slice(0, 20).toUpperCase().match(/.{4}/g)!.join('-');
  }
}

const alreadySetUp = () =>
  conflict('already_set_up', 'There is an administrator already. Sign in, or ask an administrator to add you.');
