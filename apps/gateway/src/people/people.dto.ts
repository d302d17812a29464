import { IsArray, IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator';
import { LANGUAGES, ROLES, type Role } from '#contracts';
import { Email, Field, Ids, Name, OneOf, Password, Phone, Text } from '../fields.dto.js';
import { SCOPES, type Scope } from './scopes.rules.js';

const ZONE = { description: 'IANA name, for example Europe/Athens' };
/** More than any organisation that runs on one installation has. */
const MAX_TEAMS = 500;
const MAX_MEMBERS = 2_000;

export class SignInDto {
  @Text('required', 320)
  email!: string;

  @Text('required', 1_000)
  password!: string;
}

export class SetupDto {
  @Email('required')
  email!: string;

  @Name('required')
  name!: string;

  @Password('required')
  password!: string;

  @Text('optional', 100, { description: 'Printed by the start when HOST is not loopback' })
  code?: string;

  @OneOf('optional', LANGUAGES)
  language?: string;

  @Text('optional', 100, ZONE)
  timeZone?: string;
}

export class CreateTokenDto {
  @Name('required')
  name!: string;

  @Field(
    'optional',
    { enum: SCOPES, isArray: true, description: 'Left out: whatever its owner may do' },
    IsArray(),
    IsIn(SCOPES, { each: true }),
  )
  scopes?: Scope[];

  @Field('optional', { default: 365 }, IsInt(), Min(1), Max(3_650))
  expiresInDays?: number;
}

export class CreatePersonDto {
  @Email('required')
  email!: string;

  @Name('required')
  name!: string;

  @OneOf('required', ROLES)
  role!: Role;

  @Password('change')
  password?: string;

  @Ids('optional', MAX_TEAMS)
  teamIds?: string[];

  @OneOf('optional', LANGUAGES)
  language?: string;

  @Text('optional', 100, ZONE)
  timeZone?: string;

  @Phone()
  phone?: string | null;
}

export class ChangePersonDto {
  @Email('change')
  email?: string;

  @Name('change')
  name?: string;

  @OneOf('change', ROLES)
  role?: Role;

  @Password('change')
  password?: string;

  @Text('change', 1_000, { description: 'One’s present password, when one sets a new one for oneself' })
  currentPassword?: string;

  @Ids('change', MAX_TEAMS)
  teamIds?: string[];

  @OneOf('change', LANGUAGES)
  language?: string;

  @Text('change', 100, ZONE)
  timeZone?: string;

  @Phone()
  phone?: string | null;

  @Field('change', {}, IsBoolean())
  active?: boolean;
}

export class CreateTeamDto {
  @Name('required')
  name!: string;

  @Ids('optional', MAX_MEMBERS)
  memberIds?: string[];
}

export class ChangeTeamDto {
  @Name('change')
  name?: string;

  @Ids('change', MAX_MEMBERS)
  memberIds?: string[];
}
