/** A control and its label: `data-bind` names the value of the state that it sets. */
export function number(label: string, bind: string, attributes = 'step="any"'): string {
  return `<label>${label} <input type="number" data-bind="${bind}" ${attributes}></label>`;
}

export function slider(
  label: string,
  bind: string,
  attributes = 'min="0" max="1" step="0.002"',
  shows = '',
): string {
  const output = shows ? `<output data-shows="${shows}"></output>` : '';
  return `<label class="slider">${label} <input type="range" data-bind="${bind}" ${attributes}>${output}</label>`;
}

export function check(label: string, bind: string): string {
  return `<label class="check"><input type="checkbox" data-bind="${bind}"> ${label}</label>`;
}

export function select(
  label: string,
  bind: string,
  options: Readonly<Record<string, string>> = {},
  more = '',
): string {
  const list = Object.entries(options).map(([value, text]) => `<option value="${value}">${text}</option>`);
  return `<label>${label} <select data-bind="${bind}" ${more}>${list.join('')}</select></label>`;
}

/** A part of the panel that is switched on by its first control; its options show while it is on. */
export function section(label: string, bind: string, options: string, id = ''): string {
  return `<fieldset class="section"${id && ` data-section="${id}"`}>
  <legend>${check(label, bind)}</legend>
  <div class="options">${options}</div>
</fieldset>`;
}
