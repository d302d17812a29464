import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';

/** `optional`: may be left out or null. `change`: may be left out (it stays as it is), but is never null. */
export type Presence = 'required' | 'optional' | 'change';

/** A field of a body: how it is documented, whether it has to be there, and what it has to be. */
export function Field(
  presence: Presence,
  documented: ApiPropertyOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  if (presence === 'required') return applyDecorators(ApiProperty(documented), ...rules);
  const absent = presence === 'optional' ? IsOptional() : ValidateIf((_, value) => value !== undefined);
  return applyDecorators(ApiPropertyOptional(documented), absent, ...rules);
}

/** A name of anything: not blank, one line, no control characters. */
export const Name = (presence: Presence) =>
  Field(
    presence,
    {},
    Matches(/^(?=.*\S)[^\u0000-\u001f\u007f]{1,200}$/u, {
      message: 'name has to be one line of 1 to 200 characters',
    }),
  );

export const Email = (presence: Presence) => Field(presence, {}, IsEmail({ require_tld: false }));

/** Null takes the number away. */
export const Phone = () =>
  Field(
    'optional',
    { nullable: true, type: String },
    Matches(/^\+[1-9]\d{6,14}$/, { message: 'phone has to be a number like +306912345678 (E.164)' }),
  );

export const Text = (presence: Presence, most: number, documented: ApiPropertyOptions = {}) =>
  Field(presence, documented, IsString(), MaxLength(most));

/** Checked by its length rule where it is hashed: too short and too long are told in other words. */
export const Password = (presence: Presence) => Field(presence, {}, IsString());

export const OneOf = (presence: Presence, choices: readonly string[]) =>
  Field(presence, { enum: [...choices] }, IsIn(choices));

export const Ids = (presence: Presence, most: number, documented: ApiPropertyOptions = {}) =>
  Field(
    presence,
    { isArray: true, type: String, ...documented } as ApiPropertyOptions,
    IsArray(),
    ArrayMaxSize(most),
    IsUUID('all', { each: true }),
  );

export const Settings = (presence: Presence, description: string) =>
  Field(presence, { type: Object, description }, IsObject());
