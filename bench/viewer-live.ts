import { chromium, type Page } from 'playwright-core';
import { median } from '../common/median.js';
import { findBrowser } from '../scripts/find-browser.mjs';
import type { LiveTiming } from '../viewer/app/live-timings.js';
import { serveViewer } from '../viewer/index.js';
import type { BenchCase } from './main.js';

/** Triangles aimed at. */
const SIZES = [2000, 10_000];
const WARM_UPS = 3;
const PATIENCE = 120_000;
/** WebGL in software, as on a machine without a graphics card; WebGPU is left out for the same reason. */
const FLAGS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/**
 * From a slider of the viewer to the picture, in Chromium: a temperature is moved, the surrogate answers, the field is drawn.
 * Parts are named by the page itself: encoding (once a part), the model's answer, the way to the page, the way onto the
 * triangles, drawing until the graphics card has finished. Without a browser there are no cases.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const executablePath = findBrowser();
  if (!executablePath) return [];
  const viewer = await serveViewer();
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    await page.goto(viewer.url);
    await page.click('#live-start');
    const cases: BenchCase[] = [];
    for (const cells of SIZES) cases.push(await slide(page, cells, repeats));
    return cases;
  } finally {
    await browser.close();
    await viewer.close();
  }
}

async function slide(page: Page, cells: number, repeats: number): Promise<BenchCase> {
  await page.waitForSelector('#live[data-state="ready"]', { timeout: PATIENCE });
  const count = page.locator('[data-bind="live.part.cells"]');
  if ((await count.inputValue()) !== String(cells)) {
    await moved(page, async () => {
      await count.fill(String(cells));
      await count.blur();
    });
  }
  const slider = page.locator('[data-live-patch]').first();
  for (let move = 0; move < WARM_UPS + repeats; move++) {
    await moved(page, () => slider.fill(String(10 + ((move * 17) % 80))));
  }
  const { samples, encode, shown, device } = await page.evaluate(() => ({
    samples: document.getElementById('live-timings')!.dataset.samples!,
    encode: Number(document.querySelector<HTMLElement>('[data-live="encode"]')!.dataset.ms),
    shown: document.getElementById('counts')!.textContent!,
    device: document.getElementById('live-model-note')!.textContent!,
  }));
  const moves: LiveTiming[] = JSON.parse(samples).slice(-repeats);
  const of = (part: keyof LiveTiming) => median(moves.map((move) => move[part]));
  return {
    name: `slider to pixels, ${cells.toLocaleString('en')} cells`,
    ours_ms: of('total'),
    cells: Number.parseInt(shown.replace(',', ''), 10),
    encode_ms: encode,
    model_ms: of('model'),
    readback_ms: of('readback'),
    upload_ms: of('upload'),
    draw_ms: of('draw'),
    device: /On ([^:]*)/.exec(device)?.[1] ?? '',
  };
}

/** Moves something, and waits until the page has drawn the answer. */
async function moved(page: Page, move: () => Promise<void>): Promise<void> {
  const before = await page.getAttribute('#live-timings', 'data-moves');
  await move();
  await page.waitForFunction(
    (known) => document.getElementById('live-timings')!.dataset.moves !== known,
    before,
    { timeout: PATIENCE },
  );
}
