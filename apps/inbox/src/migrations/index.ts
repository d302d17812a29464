import type { Migration } from '#database';
import { AddDraftRecipients1795392000002 } from './add-draft-recipients.migration.js';
import { AddTrigramSearch1795392000001 } from './add-trigram-search.migration.js';
import { CreateInbox1795392000000 } from './create-inbox.migration.js';

export const inboxMigrations: Migration[] = [
  CreateInbox1795392000000,
  AddTrigramSearch1795392000001,
  AddDraftRecipients1795392000002,
];
