import { IsString, MaxLength } from 'class-validator';
import { CHANNEL_KINDS } from '#contracts';
import { Field, Ids, Name, Settings } from '../fields.dto.js';

const MAX_TEAMS = 500;

export class CreateChannelDto {
  /** Which kinds there are, the registry says; its words name them. */
  @Field('required', { enum: CHANNEL_KINDS }, IsString(), MaxLength(40))
  kind!: string;

  @Name('required')
  name!: string;

  @Settings('optional', 'By kind; see the table of channels')
  config?: Record<string, unknown>;

  @Settings('optional', 'Write-only')
  secrets?: Record<string, unknown>;

  @Ids('optional', MAX_TEAMS, { description: 'Empty: everybody sees it' })
  teamIds?: string[];
}

export class ChangeChannelDto {
  @Name('change')
  name?: string;

  @Settings('change', 'Fields left out stay; null takes a field away')
  config?: Record<string, unknown>;

  @Settings('change', 'The set before stays valid beside the new one')
  secrets?: Record<string, unknown>;

  @Ids('change', MAX_TEAMS)
  teamIds?: string[];
}
