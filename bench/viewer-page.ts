import { type Browser, chromium, type Page } from 'playwright-core';
import { median } from '../common/median.js';
import { findBrowser } from '../scripts/find-browser.mjs';
import { serveViewer } from '../viewer/server.js';
import { countUploads } from './count-uploads.js';

/** What the page takes, all of it: times in milliseconds from the wish to the picture. */
export interface PageFigures {
  /** From the address to the first picture, the page itself loaded */
  readonly picture_ms: number;
  readonly page_cut_ms: number;
  readonly page_iso_ms: number;
  readonly field_ms: number;
  readonly colours_ms: number;
  /** Bytes that went to the graphics card for another field: one number of 4 bytes a corner of the surface */
  readonly field_uploaded_bytes: number;
  /** For another range, scale, opacity and a colour map that was shown before */
  readonly colours_uploaded_bytes: number;
  /** Of page and worker, beyond those of the empty page */
  readonly memory_megabytes: number;
}

const VIEWPORT = { width: 1280, height: 800 };

/** Starts the browser of the page's measurements, drawing in software; undefined where there is none. */
export async function launchMeasuredBrowser(): Promise<Browser | undefined> {
  const executablePath = findBrowser();
  if (!executablePath) return undefined;
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      // otherwise memory is measured when the browser has nothing else to do
      '--enable-blink-features=ForceEagerMeasureMemory',
    ],
  });
}

/** Opens a file of tetrahedra with the fields `value` (cells) and `distance` (points) in the built page. */
export async function measurePage(browser: Browser, file: string, repeats: number): Promise<PageFigures> {
  const [nothing, served] = [await serveViewer(), await serveViewer(file)];
  const page = await browser.newPage({ viewport: VIEWPORT, reducedMotion: 'reduce' });
  try {
    await page.goto(nothing.url);
    await page.waitForSelector('#view[data-state="empty"]');
    const empty = await memoryOf(page);
    await page.goto(served.url);
    // time zero is when the page's address was asked for
    const picture_ms = await page.evaluate(async () => {
      const view = document.getElementById('view')!;
      while (view.dataset.state !== 'ready' || view.dataset.busy !== 'false')
        await new Promise((done) => setTimeout(done, 1));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return performance.now();
    });
    await setControl(page, 'colours.map', 'inferno');
    await setControl(page, 'colours.map', 'viridis');
    const uploaded = await countUploads(page);
    const colours_ms = await timed(repeats, (i) =>
      setControl(page, 'colours.map', i % 2 === 0 ? 'inferno' : 'viridis'),
    );
    await setControl(page, 'colours.maximum', 1e6);
    await setControl(page, 'surface.opacity', 0.9);
    const colours = await uploaded();
    const field = (i: number) =>
      i % 2 === 0
        ? { name: 'distance', association: 'point', component: 'magnitude' }
        : { name: 'value', association: 'cell', component: 'magnitude' };
    await setControl(page, 'field', JSON.stringify(field(0)));
    const fields = await uploaded();
    const field_ms = await timed(repeats, (i) => setControl(page, 'field', JSON.stringify(field(i + 1))));
    await setControl(page, 'cut.shown', true);
    const page_cut_ms = await timed(repeats, (i) => setControl(page, 'cut.position', 0.5 + 0.002 * i));
    await setControl(page, 'cut.shown', false);
    await setControl(page, 'field', JSON.stringify(field(0)));
    await setControl(page, 'iso.shown', true);
    const page_iso_ms = await timed(repeats, (i) => setControl(page, 'iso.values', String(0.35 + 0.001 * i)));
    const memory = await memoryOf(page);
    const bytes = (list: readonly { bytes: number }[]) => list.reduce((sum, each) => sum + each.bytes, 0);
    return {
      picture_ms,
      page_cut_ms,
      page_iso_ms,
      field_ms,
      colours_ms,
      field_uploaded_bytes: bytes(fields),
      colours_uploaded_bytes: bytes(colours),
      memory_megabytes: (memory - empty) / 1e6,
    };
  } finally {
    await page.close();
    await nothing.close();
    await served.close();
  }
}

/** Sets a control and waits, in the page, until the picture shows it; how long that took there. */
function setControl(page: Page, bind: string, value: string | number | boolean): Promise<number> {
  return page.evaluate(
    async ({ name, to }) => {
      const control = document.querySelector<HTMLInputElement>(`[data-bind="${name}"]`)!;
      const view = document.getElementById('view')!;
      const started = performance.now();
      if (typeof to === 'boolean') control.checked = to;
      else control.value = String(to);
      for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
      while (view.dataset.busy !== 'false') await new Promise((done) => setTimeout(done));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - started;
    },
    { name: bind, to: value },
  );
}

async function timed(repeats: number, run: (i: number) => Promise<number>): Promise<number> {
  await run(0);
  const times: number[] = [];
  for (let i = 1; i <= repeats; i++) times.push(await run(i));
  return median(times);
}

/** Bytes of the page and its workers after a collection of garbage. */
async function memoryOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { measureUserAgentSpecificMemory } = performance as unknown as {
      measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
    };
    return (await measureUserAgentSpecificMemory?.call(performance))?.bytes ?? Number.NaN;
  });
}
