import type { PatchGroup } from '../control/control-part.js';
import type { PatchRole } from '../control/control-state.js';
import { create } from './elements.js';

const ROLES: Readonly<Record<PatchRole['role'], string>> = {
  controlled: 'controlled',
  fixed: 'held at',
  insulated: 'insulated',
};

interface Row {
  readonly group: PatchGroup;
  readonly role: HTMLSelectElement;
  readonly numbers: Readonly<Record<'temperature' | 'low' | 'high', HTMLInputElement>>;
  readonly labels: Readonly<Record<'temperature' | 'low' | 'high', HTMLElement>>;
}

/** What is done at each group of patches: a role, and the temperatures that it needs. */
export class ControlPatches {
  private rows: Row[] = [];

  constructor(
    private readonly place: HTMLElement,
    private readonly onChange: (group: string, role: PatchRole) => void,
  ) {}

  /** Rows for the groups of a part. */
  show(groups: readonly PatchGroup[]): void {
    this.rows = groups.map((group) => this.row(group));
    this.place.replaceChildren(
      ...this.rows.map(({ group, role, labels }) =>
        create(
          'div',
          { className: 'patch', role: 'group', ariaLabel: group.name },
          create('span', { className: 'name', textContent: group.name }),
          role,
          labels.temperature,
          labels.low,
          labels.high,
        ),
      ),
    );
  }

  /** Sets the rows as the state says. */
  write(roles: Readonly<Record<string, PatchRole>>): void {
    for (const { group, role, numbers, labels } of this.rows) {
      const set = roles[group.name];
      if (!set) continue;
      role.value = set.role;
      for (const key of ['temperature', 'low', 'high'] as const) numbers[key].value = String(set[key]);
      labels.temperature.hidden = set.role === 'insulated';
      labels.temperature.firstChild!.textContent = set.role === 'fixed' ? 'at ' : 'near ';
      for (const key of ['low', 'high'] as const) labels[key].hidden = set.role !== 'controlled';
    }
  }

  private row(group: PatchGroup): Row {
    const role = create(
      'select',
      { ariaLabel: `What is done at ${group.name}` },
      ...Object.entries(ROLES).map(([value, textContent]) => create('option', { value, textContent })),
    );
    const number = () => create('input', { type: 'number', step: 'any', required: true });
    const numbers = { temperature: number(), low: number(), high: number() };
    const labels = {
      temperature: create('label', {}, 'near ', numbers.temperature),
      low: create('label', {}, 'from ', numbers.low),
      high: create('label', {}, 'to ', numbers.high),
    };
    const row: Row = { group, role, numbers, labels };
    for (const control of [role, ...Object.values(numbers)])
      control.addEventListener('change', () => {
        // an empty or unfinished number is none; what was set shows again
        if (Object.values(numbers).every(({ validity }) => validity.valid))
          this.onChange(group.name, this.read(row));
        else control.reportValidity();
      });
    return row;
  }

  private read({ role, numbers }: Row): PatchRole {
    const { temperature, low, high } = numbers;
    return {
      role: role.value as PatchRole['role'],
      temperature: temperature.valueAsNumber,
      low: low.valueAsNumber,
      high: high.valueAsNumber,
    };
  }
}
