import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { CHANNEL_KINDS } from '#contracts';

const NAME = /^(?=.*\S)[^\u0000-\u001f\u007f]{1,200}$/u;
const NAME_RULE = { message: 'name has to be one line of 1 to 200 characters' };

export class CreateChannelDto {
  @ApiProperty({ enum: CHANNEL_KINDS })
  @IsString()
  @MaxLength(40)
  kind!: string;

  @ApiProperty()
  @Matches(NAME, NAME_RULE)
  name!: string;

  @ApiPropertyOptional({ type: Object, description: 'By kind; see the table of channels' })
  @IsOptional()
  @IsObject()
  config?: Record<string, unknown>;

  @ApiPropertyOptional({ type: Object, description: 'Write-only' })
  @IsOptional()
  @IsObject()
  secrets?: Record<string, unknown>;

  @ApiPropertyOptional({ isArray: true, type: String, description: 'Empty: everybody sees it' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @IsUUID('all', { each: true })
  teamIds?: string[];
}

export class ChangeChannelDto {
  @ApiPropertyOptional()
  @ValidateIf((_, value) => value !== undefined)
  @Matches(NAME, NAME_RULE)
  name?: string;

  @ApiPropertyOptional({ type: Object, description: 'Fields left out stay; null takes a field away' })
  @ValidateIf((_, value) => value !== undefined)
  @IsObject()
  config?: Record<string, unknown>;

  @ApiPropertyOptional({ type: Object, description: 'The set before stays valid beside the new one' })
  @ValidateIf((_, value) => value !== undefined)
  @IsObject()
  secrets?: Record<string, unknown>;

  @ApiPropertyOptional({ isArray: true, type: String })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  @ArrayMaxSize(500)
  @IsUUID('all', { each: true })
  teamIds?: string[];
}
