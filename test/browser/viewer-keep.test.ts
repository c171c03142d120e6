import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { initialState, readPath } from '../../viewer/app/view-state.js';
import { colourDistance, expectColour, viridis } from './colours.js';
import { cellAt, number } from './cube-fixture.js';
import { decodePng } from './decode-png.js';
import { pixelsOf } from './open-page.js';
import { look, openViewer, positionsOf, ready, saved, setControl, setView } from './viewer-page.js';
import { describeViewer } from './viewer-suite.js';

const sessionOf = async (page: Page) => JSON.parse((await saved(page, '#save-session')).bytes.toString());

describeViewer('what the viewer keeps', (suite) => {
  test('the PNG has the size asked for, with the colours of the view, caption and colour bar', async () => {
    const { page } = suite;
    await setView(page, { cut: { shown: true }, edges: { cuts: false } });
    await look(page, '+x');
    const cell = cellAt(2, 1, 1);
    const [position] = await positionsOf(page, [cell]);
    const box = (await page.locator('.viewport').boundingBox())!;
    for (const scale of [1, 4]) {
      await page.selectOption('#picture-scale', String(scale));
      const { name, bytes } = await saved(page, '#save-picture');
      expect(name).toBe('cube.vtu.png');
      const picture = decodePng(bytes);
      expect(picture.width).toBe(Math.floor(scale * (box.width + 48)));
      const at = (x: number, y: number) => picture.at(scale * (24 + x), scale * (56 + y));
      expectColour(at(position.x - box.x, position.y - box.y), viridis[number(cell)]);
      [0, 2, 4].forEach((colour, i) => {
        const along = 12 + [0.004, 0.5, 0.996][i] * (box.width - 24);
        expectColour(at(along, box.height + 22 + 6), viridis[colour], 8);
      });
      // some of the caption's line is ink
      const paper = at(-20, -54);
      const ink = Array.from({ length: 80 }, (_, x) => colourDistance(at(x, -38), paper));
      expect(Math.max(...ink)).toBeGreaterThan(80);
    }
  });

  test('everything that can be set comes back from its link: controls, camera, cell, and the picture', async () => {
    const { page } = suite;
    const set = await setEveryControl(page);
    expect(set.length).toBeGreaterThan(60);
    await page.locator('.viewport').first().focus();
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowUp', '+']) await page.keyboard.press(key);
    await page.fill('#cell', '31');
    await page.waitForSelector('#probe-values[data-cell="31"]');
    await page.click('#copy-link');
    await ready(page);
    const before = await pixelsOf(page);
    const session = await sessionOf(page);
    const initial = initialState();
    // nothing that a control sets is as at first
    for (const bind of set) {
      const value = bind.split('.').reduce((at, key) => at?.[key], session);
      expect(value, bind).toBeDefined();
      expect(value, bind).not.toEqual(readPath(initial, bind));
    }
    expect(session.camera.position).toHaveLength(3);
    expect(session.probe.cell).toBe(31);
    const link = new URL(page.url()).hash;
    expect(link.length).toBeLessThan(2000);

    const again = await openViewer(suite.browser, suite.url + link);
    await again.page.waitForSelector('#probe-values[data-cell="31"]');
    await ready(again.page);
    expect(await sessionOf(again.page)).toEqual(session);
    const controls = (of: Page) =>
      of
        .locator('[data-bind]')
        .evaluateAll((all) =>
          (all as HTMLInputElement[]).map((each) => [
            each.dataset.bind,
            each.type === 'checkbox' ? each.checked : each.value,
          ]),
        );
    expect(await controls(again.page)).toEqual(await controls(page));
    const after = await pixelsOf(again.page);
    const box = (await page.locator('#panels').boundingBox())!;
    let different = 0;
    for (let x = Math.ceil(box.x); x < Math.min(box.x + box.width, before.width); x += 4)
      for (let y = Math.ceil(box.y); y < Math.min(box.y + box.height, before.height); y += 4)
        if (colourDistance(before.at(x, y), after.at(x, y)) > 3) different++;
    expect(different).toBe(0);
    expect(again.complaints).toEqual([]);
    await again.page.close();
    await page.evaluate(() => history.replaceState(null, '', location.pathname));
  });

  test('a saved view opens on the data that are open, and one that is wrong says where', async () => {
    const { page } = suite;
    await setControl(page, 'cut.shown', true);
    await page.click('[data-normal="0,0,1"]');
    await setControl(page, 'cut.position', 0.7);
    const session = await sessionOf(page);
    expect(session).toMatchObject({ version: 1, cut: { shown: true, normal: [0, 0, 1], position: 0.7 } });
    await setView(page);
    expect(await page.isChecked('[data-bind="cut.shown"]')).toBe(false);
    await setView(page, session);
    expect(await page.inputValue('[data-bind="cut.position"]')).toBe('0.7');
    const buffer = Buffer.from(JSON.stringify({ version: 1, cut: { position: 7 } }));
    await page.setInputFiles('#file-input', { name: 'a.view.json', mimeType: 'application/json', buffer });
    await page.waitForSelector('#message:not([hidden])');
    expect(await page.textContent('#message-text')).toMatch(/wrong at cut\.position/);
    await page.click('#dismiss');
    expect(await page.inputValue('[data-bind="cut.position"]')).toBe('0.7');
  });

  test.each([
    ['view', false, false],
    ['controls', false, true],
  ])('embedded as %s, the page shows the field and what is asked for', async (embed, top, sidebar) => {
    const { page, complaints } = await openViewer(suite.browser, `${suite.url}#embed=${embed}`);
    expect(await page.isVisible('.top')).toBe(top);
    expect(await page.isVisible('.sidebar')).toBe(sidebar);
    expect(await page.isVisible('.colour-bar')).toBe(true);
    await look(page, '+z');
    const box = (await page.locator('.viewport').boundingBox())!;
    expect(box.height).toBeGreaterThan(embed === 'view' ? 420 : 350);
    const shown = await pixelsOf(page);
    const middle = shown.at(box.x + box.width / 2 + 12, box.y + box.height / 2 + 8);
    expect(colourDistance(middle, shown.at(box.x + 4, box.y + 4))).toBeGreaterThan(40);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

/** Gives every control of the panel a value that it does not have at first, in the order of the page; their names. */
async function setEveryControl(page: Page): Promise<string[]> {
  const names = await page
    .locator('[data-bind]')
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.bind!));
  const own = names.filter((name) => !/^(live|control)\b/.test(name));
  await page.evaluate((wanted) => {
    const numbers: Readonly<Record<string, string>> = {
      'threshold.minimum': '0.5',
      'threshold.maximum': '3.5',
      'iso.values': '1.5, 2.5',
      'compare.lockedError': '3',
    };
    for (const name of wanted) {
      const control = document.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-bind="${name}"]`)!;
      if (control instanceof HTMLSelectElement) {
        const other = [...control.options].findLast(
          ({ value }) => value !== control.value && value !== 'null',
        );
        if (other) control.value = other.value;
      } else if (control.type === 'checkbox') control.checked = !control.checked;
      else if (control.type === 'color') control.value = '#13579b';
      else if (numbers[name]) control.value = numbers[name];
      else if (control.type === 'range') {
        const [low, high] = [Number(control.min), Number(control.max)];
        control.valueAsNumber = low + (name.includes('.low.') ? 0.2 : 0.8) * (high - low);
      } else control.valueAsNumber = control.valueAsNumber === 0 ? 0.25 : 0.75 * control.valueAsNumber;
      if (control.type === 'number' && control.step === '1')
        control.value = String(Math.floor(Number(control.value)));
      for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }, own);
  await ready(page);
  return own;
}
