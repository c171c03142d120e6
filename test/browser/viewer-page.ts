import type { Browser, Page } from 'playwright-core';
import { openPage } from './open-page.js';

/** Waits until the page shows what its state says. */
export async function ready(page: Page): Promise<void> {
  await page.waitForSelector('#view:not([data-state="loading"])');
  if ((await page.getAttribute('#view', 'data-state')) === 'ready')
    await page.waitForSelector('#view[data-busy="false"]');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Sets a control of the panel as a person would, and waits for the picture. */
export async function setControl(page: Page, bind: string, value: string | number | boolean): Promise<void> {
  const control = page.locator(`[data-bind="${bind}"]`);
  const kind = await control.evaluate((element) =>
    element instanceof HTMLSelectElement ? 'select' : (element as HTMLInputElement).type,
  );
  if (kind === 'checkbox') await control.setChecked(value === true);
  else if (kind === 'select') await control.selectOption(String(value));
  else if (kind === 'range' || kind === 'color') await control.fill(String(value));
  else {
    await control.fill(String(value));
    await control.press('Enter');
    await control.blur();
  }
  await ready(page);
}

/** The viewer in a page of its own, at rest. */
export async function openViewer(
  browser: Browser,
  url: string,
): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, url);
  await opened.page.emulateMedia({ reducedMotion: 'reduce' });
  await ready(opened.page);
  return opened;
}
