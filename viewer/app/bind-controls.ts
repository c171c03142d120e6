import type { ViewDocument } from './view-document.js';
import { readPath, type ViewState } from './view-state.js';

type Control = HTMLInputElement | HTMLSelectElement;

/**
 * Joins the controls of a form, or another part of the page, with the state: what a person sets goes to the value that `data-bind` names, what the state holds
 * shows in the control. `data-when="path=value"` shows an element only while a value is as said.
 */
export function bindControls(form: HTMLElement, view: ViewDocument): void {
  const controls = [...form.querySelectorAll<Control>('[data-bind]')];
  const conditional = [...form.querySelectorAll<HTMLElement>('[data-when]')];
  const show = (state: ViewState) => {
    for (const control of controls) write(control, readPath(state, control.dataset.bind!));
    for (const element of conditional) {
      const [path, value] = element.dataset.when!.split('=');
      element.hidden = String(readPath(state, path)) !== value;
    }
  };
  for (const control of controls) {
    // a slider moves what it sets; a number or a text counts when it is finished
    const event = control.type === 'range' || control.type === 'color' ? 'input' : 'change';
    control.addEventListener(event, () => {
      const value = read(control);
      if (value === undefined) write(control, readPath(view.state, control.dataset.bind!));
      else view.set(control.dataset.bind!, value);
    });
  }
  form.addEventListener('submit', (event) => event.preventDefault());
  view.onChange(show);
  show(view.state);
}

/** The value of a control; undefined if it is none. */
function read(control: Control): unknown {
  if (control instanceof HTMLSelectElement)
    return 'json' in control.dataset ? JSON.parse(control.value || 'null') : control.value;
  if (control.type === 'checkbox') return control.checked;
  if (control.type === 'color') return control.value;
  if ('numbers' in control.dataset) return numbersIn(control.value);
  if (control.value === '' && control.dataset.empty === 'null') return null;
  const { rangeUnderflow, rangeOverflow, stepMismatch } = control.validity;
  // a step of 1 means whole numbers; other steps are those of the arrow keys alone
  const allowed = !rangeUnderflow && !rangeOverflow && !(stepMismatch && control.step === '1');
  return Number.isFinite(control.valueAsNumber) && allowed ? control.valueAsNumber : undefined;
}

function write(control: Control, value: unknown): void {
  if (control instanceof HTMLSelectElement) {
    control.value = 'json' in control.dataset ? JSON.stringify(value) : String(value);
    return;
  }
  if (control.type === 'checkbox') control.checked = value === true;
  else if (Array.isArray(value)) control.value = value.join(', ');
  else control.value = value === null || value === undefined ? '' : shortened(value);
}

/** Numbers with commas, semicolons or spaces between them; undefined if something else is among them. */
export function numbersIn(text: string): number[] | undefined {
  const words = text.split(/[,;\s]+/).filter((word) => word !== '');
  const numbers = words.map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** A number without the digits that come of arithmetic. */
function shortened(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(7))) : String(value);
}
