import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import type { Page, PolicyView } from '#contracts';
import { Actor, Allow, type Identity } from '#platform';
import { PoliciesService } from './policies.service.js';
import { readPolicyDraft } from './policy-draft.rules.js';

@Controller('api/v1/sla/policies')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  /** All of them in rank order: a few, so one page. */
  @Get()
  @Allow('agent')
  async list(): Promise<Page<PolicyView>> {
    return { items: await this.policies.list(), nextCursor: null };
  }

  @Get(':id')
  @Allow('agent')
  find(@Param('id') id: string): Promise<PolicyView> {
    return this.policies.find(id);
  }

  @Post()
  @Allow('manager')
  create(@Body() body: unknown, @Actor() actor: Identity): Promise<PolicyView> {
    return this.policies.create(readPolicyDraft(body), actor);
  }

  /** The whole policy again; what is left out takes its default. Makes a new version. */
  @Put(':id')
  @Allow('manager')
  replace(@Param('id') id: string, @Body() body: unknown, @Actor() actor: Identity): Promise<PolicyView> {
    return this.policies.replace(id, readPolicyDraft(body), actor);
  }

  @Delete(':id')
  @Allow('manager')
  @HttpCode(204)
  remove(@Param('id') id: string): Promise<void> {
    return this.policies.remove(id);
  }
}
