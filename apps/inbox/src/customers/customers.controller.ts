import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CustomerView, Page } from '#contracts';
import { Actor, Allow, type Identity } from '#platform';
import { AddAddressDto, ChangeCustomerDto, MergeCustomerDto } from './customers.dto.js';
import { CustomersService } from './customers.service.js';

@ApiTags('Customers')
@Controller('api/v1/customers')
@Allow('agent')
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  @Get()
  list(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<CustomerView>> {
    return this.customers.list(actor, query);
  }

  @Get(':id')
  get(@Actor() actor: Identity, @Param('id') id: string): Promise<CustomerView> {
    return this.customers.get(actor, id);
  }

  @Patch(':id')
  change(@Actor() actor: Identity, @Param('id') id: string, @Body() body: ChangeCustomerDto): Promise<CustomerView> {
    return this.customers.change(actor, id, body);
  }

  @Post(':id/addresses')
  addAddress(@Actor() actor: Identity, @Param('id') id: string, @Body() body: AddAddressDto): Promise<CustomerView> {
    return this.customers.addAddress(actor, id, body);
  }

  @Post(':id/merge')
  @HttpCode(200)
  merge(@Actor() actor: Identity, @Param('id') id: string, @Body() body: MergeCustomerDto): Promise<CustomerView> {
    return this.customers.merge(actor, id, body.intoId);
  }

  @Post(':id/unmerge')
  @HttpCode(200)
  unmerge(@Actor() actor: Identity, @Param('id') id: string): Promise<CustomerView> {
    return this.customers.unmerge(actor, id);
  }
}
