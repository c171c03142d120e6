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

/** Sets the whole view at once, as a session does that is opened: what it does not name is as at first. */
export async function setView(page: Page, view: object = {}): Promise<void> {
  await page.evaluate(() => {
    document.getElementById('view')!.dataset.busy = 'asked';
  });
  const buffer = Buffer.from(JSON.stringify({ version: 1, ...view }));
  await page.setInputFiles('#file-input', { name: 'set.view.json', mimeType: 'application/json', buffer });
  await page.waitForSelector('#view[data-busy="false"]');
  await ready(page);
}

/** Opens files as the picker does, and waits for the picture. */
export async function openFiles(page: Page, files: string | string[]): Promise<void> {
  await page.evaluate(() => {
    document.getElementById('view')!.dataset.state = 'loading';
  });
  await page.setInputFiles('#file-input', files);
  await ready(page);
}

export async function look(page: Page, from: string): Promise<void> {
  await page.evaluate((name) => {
    document.querySelector<HTMLElement>(`[data-look="${name}"]`)!.click();
  }, from);
  await ready(page);
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Where each cell's centre is drawn in every panel, by the probe's markers. */
export async function positionsInPanels(page: Page, cells: readonly number[]): Promise<Position[][]> {
  const found = await page.evaluate(async (wanted) => {
    const input = document.querySelector<HTMLInputElement>('#cell')!;
    const values = document.querySelector<HTMLElement>('#probe-values')!;
    const type = (text: string) => {
      input.value = text;
      input.dispatchEvent(new Event('input'));
    };
    const positions: { x: number; y: number }[][] = [];
    for (const cell of wanted) {
      type(String(cell));
      while (values.dataset.cell !== String(cell)) await new Promise((done) => setTimeout(done, 2));
      positions.push(
        [...document.querySelectorAll('.marker')].map((marker) => {
          const { x, y, width, height } = marker.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }),
      );
    }
    type('');
    return positions;
  }, cells);
  await ready(page);
  return found;
}

/** Where each cell's centre is drawn in the first panel. */
export async function positionsOf(page: Page, cells: readonly number[]): Promise<Position[]> {
  return (await positionsInPanels(page, cells)).map(([first]) => first);
}

/** A number that the page tells, by the selector of its element. */
export async function numberIn(page: Page, selector: string): Promise<number> {
  return Number.parseFloat((await page.textContent(selector))!.replace('−', '-'));
}

/** What the probe tells of `field`, `reference`, `difference` or, of its place, the first coordinate. */
export const probed = (page: Page, key: string): Promise<number> => numberIn(page, `[data-probe=${key}]`);

/** Clicks what saves a file, and reads the file. */
export async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

export interface OpenedViewer {
  readonly page: Page;
  /** Everything that the page complains about */
  readonly complaints: string[];
  /** Addresses asked for that are neither the page's own nor in memory */
  readonly elsewhere: string[];
}

/** The viewer in a page of its own, at rest. */
export async function openViewer(
  browser: Browser,
  url: string,
  viewport = { width: 900, height: 560 },
): Promise<OpenedViewer> {
  const elsewhere: string[] = [];
  const { page, complaints } = await openPage(browser, url, {
    viewport,
    reducedMotion: 'reduce',
    onRequest: (address) => {
      if (new URL(address).origin !== new URL(url).origin && !/^(blob|data):/.test(address))
        elsewhere.push(address);
    },
  });
  await ready(page);
  return { page, complaints, elsewhere };
}
