import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ID } from '../conversations/conversations.dto.js';

const CLIENT_ID = /^[\x21-\x7e]{1,100}$/;
const CLIENT_ID_RULE = { message: 'clientId has to be 1 to 100 visible ASCII characters; make one per message' };
/** Longer than any mail a person types. */
const MAX_TEXT = 200_000;

/** Either an uploaded one (`id`) or the file itself (`name`, `content` in base64). */
export class ReplyAttachmentDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(255)
  name?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(255)
  contentType?: string;

  @ApiPropertyOptional({ description: 'base64' })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9+/_-]*={0,2}$/, { message: 'content has to be base64' })
  content?: string;
}

export class ReplyDto {
  @ApiProperty({ description: 'Yours; the same one again gives the same message' })
  @Matches(CLIENT_ID, CLIENT_ID_RULE)
  clientId!: string;

  @ApiProperty()
  @IsString()
  @MaxLength(MAX_TEXT)
  text!: string;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @IsString()
  @MaxLength(1_000_000)
  html?: string | null;

  @ApiPropertyOptional({ type: [ReplyAttachmentDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => ReplyAttachmentDto)
  attachments?: ReplyAttachmentDto[];

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID, { message: 'channelId has to be an id (uuid)' })
  channelId?: string | null;

  @ApiPropertyOptional({ description: 'Addresses; left out: the customer' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  to?: unknown[] | null;

  @ApiPropertyOptional({ description: 'Addresses; left out: those who were copied; empty: nobody' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  cc?: unknown[] | null;

  @ApiProperty({ description: 'The last message number you have seen' })
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  seenSeq!: number;

  @ApiPropertyOptional({ description: 'Send although somebody wrote meanwhile' })
  @IsOptional()
  @IsBoolean()
  confirm?: boolean;

  @ApiPropertyOptional({
    description: 'Your kept draft is of your next message already; left out: it goes with this one',
  })
  @IsOptional()
  @IsBoolean()
  keepDraft?: boolean;
}

export class RecipientsQueryDto {
  @ApiPropertyOptional({ description: 'Left out: the channel the customer wrote on last' })
  @IsOptional()
  @Matches(ID, { message: 'channelId has to be an id (uuid)' })
  channelId?: string;
}

export class NoteDto {
  @ApiProperty()
  @Matches(CLIENT_ID, CLIENT_ID_RULE)
  clientId!: string;

  @ApiProperty()
  @IsString()
  @Matches(/\S/, { message: 'text has to say something' })
  @MaxLength(MAX_TEXT)
  text!: string;

  @ApiPropertyOptional({
    description: 'Your kept draft is of your next message already; left out: it goes with this one',
  })
  @IsOptional()
  @IsBoolean()
  keepDraft?: boolean;
}

export class DraftDto {
  @ApiProperty({ description: 'Empty, with nobody named: the draft is dropped' })
  @IsString()
  @MaxLength(MAX_TEXT)
  text!: string;

  @ApiProperty({ enum: ['reply', 'note'] })
  @IsIn(['reply', 'note'])
  kind!: 'reply' | 'note';

  @ApiPropertyOptional({ nullable: true, type: String, description: 'Of `to` and `cc`; left out: as with a reply' })
  @IsOptional()
  @Matches(ID, { message: 'channelId has to be an id (uuid)' })
  channelId?: string | null;

  @ApiPropertyOptional({ description: 'Addresses; left out: the usual ones' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  to?: unknown[] | null;

  @ApiPropertyOptional({ description: 'Addresses; left out: the usual ones' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  cc?: unknown[] | null;
}
