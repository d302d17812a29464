import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import {
  CONVERSATION_STATUSES,
  type ConversationStatus,
  PRIORITIES,
  type Priority,
  RESOLVE_REASONS,
  type ResolveReason,
} from '#contracts';

export const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const idRule = (name: string) => ({ message: `${name} has to be an id (uuid)` });
const notNull = (_: object, value: unknown) => value !== null;
/** One line, not blank, no control characters. */
const TAG = /^(?=.*\S)[^\u0000-\u001f\u007f]{1,64}$/u;

/** `null` clears; what is left out stays. */
export class ChangeConversationDto {
  @ApiPropertyOptional({ enum: CONVERSATION_STATUSES })
  @IsOptional()
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(CONVERSATION_STATUSES)
  status?: ConversationStatus;

  @ApiPropertyOptional({ enum: RESOLVE_REASONS, description: 'Needed when a customer waits' })
  @IsOptional()
  @IsIn(RESOLVE_REASONS)
  reason?: ResolveReason;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @ValidateIf(notNull)
  @Matches(ID, idRule('assigneeId'))
  assigneeId?: string | null;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @ValidateIf(notNull)
  @Matches(ID, idRule('teamId'))
  teamId?: string | null;

  @ApiPropertyOptional({ enum: PRIORITIES })
  @IsOptional()
  @IsIn(PRIORITIES)
  priority?: Priority;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(TAG, { each: true, message: 'tags have to be lines of 1 to 64 characters' })
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value)
      ? [...new Set(value.map((tag) => (typeof tag === 'string' ? tag.trim() : (tag as unknown))))]
      : value,
  )
  tags?: string[];

  @ApiPropertyOptional({ nullable: true, type: String, description: 'RFC 3339; null: until the customer writes' })
  @IsOptional()
  @ValidateIf(notNull)
  @IsISO8601({ strict: true }, { message: 'snoozedUntil has to be an instant like 2026-11-21T10:00:00.000Z' })
  @Matches(/T/, { message: 'snoozedUntil has to be an instant like 2026-11-21T10:00:00.000Z' })
  snoozedUntil?: string | null;
}

export class MergeConversationDto {
  @ApiProperty()
  @Matches(ID, idRule('intoId'))
  intoId!: string;
}

export class SplitConversationDto {
  @ApiProperty({ description: 'The first message that goes into the new conversation' })
  @IsInt()
  @Min(2)
  @Max(1_000_000_000)
  fromSeq!: number;
}
