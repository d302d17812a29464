import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { LANGUAGES, ROLES, type Role } from '#contracts';
import { SCOPES, type Scope } from './scopes.rules.js';

/** A name of anything: not blank, one line, no control characters. */
const NAME = /^(?=.*\S)[^\u0000-\u001f\u007f]{1,200}$/u;
const NAME_RULE = { message: 'name has to be one line of 1 to 200 characters' };
const EMAIL_RULES = { require_tld: false };
const PHONE = /^\+[1-9]\d{6,14}$/;
const PHONE_RULE = { message: 'phone has to be a number like +306912345678 (E.164)' };

export class SignInDto {
  @ApiProperty()
  @IsString()
  @MaxLength(320)
  email!: string;

  @ApiProperty()
  @IsString()
  @MaxLength(1_000)
  password!: string;
}

export class SetupDto {
  @ApiProperty()
  @IsEmail(EMAIL_RULES)
  email!: string;

  @ApiProperty()
  @Matches(NAME, NAME_RULE)
  name!: string;

  @ApiProperty()
  @IsString()
  password!: string;

  @ApiPropertyOptional({ description: 'Printed by the start when HOST is not loopback' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  code?: string;

  @ApiPropertyOptional({ enum: LANGUAGES })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  timeZone?: string;
}

export class CreateTokenDto {
  @ApiProperty()
  @Matches(NAME, NAME_RULE)
  name!: string;

  @ApiPropertyOptional({ enum: SCOPES, isArray: true, description: 'Left out: whatever its owner may do' })
  @IsOptional()
  @IsArray()
  @IsIn(SCOPES, { each: true })
  scopes?: Scope[];

  @ApiPropertyOptional({ default: 365 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3_650)
  expiresInDays?: number;
}

export class CreatePersonDto {
  @ApiProperty()
  @IsEmail(EMAIL_RULES)
  email!: string;

  @ApiProperty()
  @Matches(NAME, NAME_RULE)
  name!: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;

  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  password?: string;

  @ApiPropertyOptional({ isArray: true, type: String })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @IsUUID('all', { each: true })
  teamIds?: string[];

  @ApiPropertyOptional({ enum: LANGUAGES })
  @IsOptional()
  @IsIn(LANGUAGES)
  language?: string;

  @ApiPropertyOptional({ description: 'IANA name, for example Europe/Athens' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  timeZone?: string;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @Matches(PHONE, PHONE_RULE)
  phone?: string | null;
}

export class ChangePersonDto {
  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsEmail(EMAIL_RULES)
  email?: string;

  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @Matches(NAME, NAME_RULE)
  name?: string;

  @ApiPropertyOptional({ enum: ROLES })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  password?: string;

  @ApiPropertyOptional({ description: 'One’s present password, when one sets a new one for oneself' })
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MaxLength(1_000)
  currentPassword?: string;

  @ApiPropertyOptional({ isArray: true, type: String })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  @ArrayMaxSize(500)
  @IsUUID('all', { each: true })
  teamIds?: string[];

  @ApiPropertyOptional({ enum: LANGUAGES })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(LANGUAGES)
  language?: string;

  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MaxLength(100)
  timeZone?: string;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @Matches(PHONE, PHONE_RULE)
  phone?: string | null;

  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean()
  active?: boolean;
}

export class CreateTeamDto {
  @ApiProperty()
  @Matches(NAME, NAME_RULE)
  name!: string;

  @ApiPropertyOptional({ isArray: true, type: String })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(2_000)
  @IsUUID('all', { each: true })
  memberIds?: string[];
}

export class ChangeTeamDto {
  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsNotEmpty()
  @Matches(NAME, NAME_RULE)
  name?: string;

  @ApiPropertyOptional({ isArray: true, type: String })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  @ArrayMaxSize(2_000)
  @IsUUID('all', { each: true })
  memberIds?: string[];
}
