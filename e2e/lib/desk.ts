import type { Locator, Page } from 'playwright-core';

/** What an agent sees and does in the inbox, by the names a screen reader would hear. */
export class Desk {
  constructor(readonly page: Page) {}

  row(customer: string): Locator {
    return this.page.getByLabel('Conversations').getByRole('link').filter({ hasText: customer });
  }

  /** Opens the conversation and reads it: a reply to what was not on the screen yet would be stopped. */
  async open(customer: string, words: string): Promise<void> {
    await this.row(customer).first().click();
    await this.box(customer).waitFor();
    await this.message(words).first().waitFor();
  }

  box(customer: string): Locator {
    return this.page.getByRole('textbox', { name: `Reply to ${customer}` });
  }

  message(words: string): Locator {
    return this.page.getByLabel('Messages').getByText(words);
  }

  /** Writes a reply and lets it go at once instead of after the ten seconds in which it could be undone. */
  async answer(customer: string, words: string): Promise<void> {
    await this.box(customer).fill(words);
    await this.page.keyboard.press('Control+Enter');
    await this.page.getByRole('button', { name: 'Send now' }).click();
  }
}
