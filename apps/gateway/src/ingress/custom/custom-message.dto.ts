import { ApiProperty } from '@nestjs/swagger';

class CustomSenderDto {
  @ApiProperty({ description: 'Who writes, in your system: the same address is the same customer.' })
  address!: string;
  @ApiProperty({ required: false })
  name?: string;
}

class CustomAttachmentDto {
  @ApiProperty()
  name!: string;
  @ApiProperty({ required: false, description: 'Only a hint: the type is read from the bytes.' })
  contentType?: string;
  @ApiProperty({ format: 'byte', description: 'base64' })
  content!: string;
}

/** For the OpenAPI document; the connector of `custom` checks the body and names every wrong field. */
export class CustomMessageDto {
  @ApiProperty({ description: 'Your id of the message: the same one again changes nothing and answers the same id.' })
  externalId!: string;
  @ApiProperty({ type: CustomSenderDto })
  from!: CustomSenderDto;
  @ApiProperty({ required: false, description: 'Messages of one sender with one key stay in one conversation.' })
  threadKey?: string;
  @ApiProperty()
  text!: string;
  @ApiProperty({ required: false })
  html?: string;
  @ApiProperty({ required: false, type: [CustomAttachmentDto] })
  attachments?: CustomAttachmentDto[];
  @ApiProperty({ required: false, format: 'date-time' })
  sentAt?: string;
}

export class AcceptedDto {
  @ApiProperty({ description: 'Of the receipt; the same for the same externalId.' })
  id!: string;
}
