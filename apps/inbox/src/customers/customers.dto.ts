import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { ID } from '../conversations/conversations.dto.js';

const NAME = /^(?=.*\S)[^\u0000-\u001f\u007f]{1,200}$/u;
const notNull = (_: object, value: unknown) => value !== null;
const trimmed = ({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value);

export class ChangeCustomerDto {
  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @Transform(trimmed)
  @Matches(NAME, { message: 'displayName has to be one line of 1 to 200 characters' })
  displayName?: string;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @ValidateIf(notNull)
  @Matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { message: 'language has to be a code like el or pt-BR' })
  language?: string | null;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @ValidateIf(notNull)
  @IsTimeZone({ message: 'timeZone has to be one like Europe/Athens' })
  timeZone?: string | null;

  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MaxLength(20_000)
  notes?: string;

  @ApiPropertyOptional({ type: [String] })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(/^(?=.*\S)[^\u0000-\u001f\u007f]{1,64}$/u, {
    each: true,
    message: 'tags have to be lines of 1 to 64 characters',
  })
  tags?: string[];
}

export class AddAddressDto {
  @ApiProperty({ enum: ['email', 'phone'] })
  @IsIn(['email', 'phone', 'sms'], { message: 'kind has to be email or phone' })
  kind!: 'email' | 'phone' | 'sms';

  @ApiProperty()
  @IsString()
  @MaxLength(320)
  address!: string;
}

export class MergeCustomerDto {
  @ApiProperty()
  @Matches(ID, { message: 'intoId has to be an id (uuid)' })
  intoId!: string;
}
